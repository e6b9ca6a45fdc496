namespace Aurora.Scheduling.Model;

/// <summary>A part of a machine beside its GPUs.</summary>
/// <param name="CpuMilli">Thousandths of a core; at least 0.</param>
/// <param name="MemoryBytes">Host memory in bytes; at least 0.</param>
public readonly record struct HostShare(long CpuMilli, long MemoryBytes)
{
    /// <summary>More than any task can ask for: what is taken of a node that does not tell what it has.</summary>
    public static HostShare Unknown { get; } = new(long.MaxValue / 4, long.MaxValue / 4);

    public static HostShare operator +(HostShare one, HostShare other) =>
        new(one.CpuMilli + other.CpuMilli, one.MemoryBytes + other.MemoryBytes);

    public static HostShare operator -(HostShare one, HostShare other) =>
        new(one.CpuMilli - other.CpuMilli, one.MemoryBytes - other.MemoryBytes);

    /// <summary>Whether a task that needs the other fits in this.</summary>
    public bool Covers(HostShare needed) => CpuMilli >= needed.CpuMilli && MemoryBytes >= needed.MemoryBytes;
}
