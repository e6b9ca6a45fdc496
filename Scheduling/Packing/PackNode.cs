namespace Aurora.Scheduling.Packing;

/// <summary>What is free on a node.</summary>
public sealed class PackNode
{
    private readonly int[] free;

    /// <param name="cpuMilli">Thousandths of a core.</param>
    /// <param name="memoryMib">Host memory in MiB.</param>
    /// <param name="gpus">GPUs, all of one type; at most <see cref="PackingMesh.GpusMax"/>.</param>
    /// <param name="gpuType">The type's number, 0 to 63.</param>
    /// <param name="unitsPerGpu">The size of one GPU in the units that shared demands are given in; at least 1.</param>
    public PackNode(int cpuMilli, int memoryMib, int gpus, int gpuType, int unitsPerGpu)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(gpus, PackingMesh.GpusMax);
        ArgumentOutOfRangeException.ThrowIfNotEqual(gpuType & 63, gpuType);
        ArgumentOutOfRangeException.ThrowIfLessThan(unitsPerGpu, 1);
        (CpuMilli, MemoryMib, GpuType, UnitsPerGpu) = (cpuMilli, memoryMib, gpuType, unitsPerGpu);
        free = new int[gpus];
        Array.Fill(free, unitsPerGpu);
        EmptyGpus = gpus;
    }

    public int CpuMilli { get; private set; }

    public int MemoryMib { get; private set; }

    public int GpuType { get; }

    public int UnitsPerGpu { get; }

    /// <summary>GPUs that nobody uses.</summary>
    public int EmptyGpus { get; private set; }

    /// <summary>Free units of each GPU.</summary>
    public ReadOnlySpan<int> Free => free;

    /// <summary>Whether the demand fits now.</summary>
    public bool Fits(in PackDemand demand) =>
        CpuMilli >= demand.CpuMilli && MemoryMib >= demand.MemoryMib && HasGpus(demand);

    /// <summary>Takes what the demand needs on these GPUs; the caller has seen that it fits.</summary>
    public void Take(in PackDemand demand, ReadOnlySpan<int> gpus) => Book(demand, gpus, sign: 1);

    /// <summary>Gives it back.</summary>
    public void Return(in PackDemand demand, ReadOnlySpan<int> gpus) => Book(demand, gpus, sign: -1);

    /// <summary>Sets what is free.</summary>
    internal void Set(int cpuMilli, int memoryMib, ReadOnlySpan<int> units)
    {
        (CpuMilli, MemoryMib) = (cpuMilli, memoryMib);
        units.CopyTo(free);
        CountEmpty();
    }

    /// <summary>Whether decisions cannot tell the two apart.</summary>
    internal bool IsLike(PackNode other) =>
        CpuMilli == other.CpuMilli && MemoryMib == other.MemoryMib && GpuType == other.GpuType
        && UnitsPerGpu == other.UnitsPerGpu && Free.SequenceEqual(other.Free);

    /// <summary>A number that is the same for nodes that are alike.</summary>
    internal ulong Likeness()
    {
        var hash = Mix((ulong)CpuMilli, (ulong)MemoryMib);
        hash = Mix(hash, (ulong)((GpuType << 16) + UnitsPerGpu));
        foreach (var units in free)
        {
            hash = Mix(hash, (ulong)units + 1);
        }

        return hash;
    }

    private static ulong Mix(ulong hash, ulong value) =>
        unchecked((hash ^ (value + 0x9E3779B97F4A7C15 + (hash << 6) + (hash >> 2))) * 0xD6E8FEB86659FD93);

    private bool HasGpus(in PackDemand demand)
    {
        if (demand.Gpus == 0)
        {
            return true;
        }

        if ((demand.GpuTypes >> GpuType & 1) == 0)
        {
            return false;
        }

        if (demand.Exclusive)
        {
            return EmptyGpus >= demand.Gpus;
        }

        var found = 0;
        foreach (var units in free)
        {
            found += units >= demand.UnitsPerGpu ? 1 : 0;
        }

        return found >= demand.Gpus;
    }

    private void Book(in PackDemand demand, ReadOnlySpan<int> gpus, int sign)
    {
        CpuMilli -= sign * demand.CpuMilli;
        MemoryMib -= sign * demand.MemoryMib;
        foreach (var gpu in gpus)
        {
            free[gpu] -= sign * (demand.Exclusive ? UnitsPerGpu : demand.UnitsPerGpu);
        }

        CountEmpty();
    }

    private void CountEmpty()
    {
        EmptyGpus = 0;
        foreach (var units in free)
        {
            EmptyGpus += units == UnitsPerGpu ? 1 : 0;
        }
    }
}
