namespace Aurora.Scheduling.Packing;

/// <summary>What a task takes of one node. Equal demands are one class.</summary>
/// <param name="CpuMilli">Thousandths of a core; at least 0.</param>
/// <param name="MemoryMib">Host memory in MiB; at least 0.</param>
/// <param name="Gpus">GPUs of one node; 0 for none.</param>
/// <param name="UnitsPerGpu">What it takes of each GPU, in the units of <see cref="PackNode.UnitsPerGpu"/>; of no meaning when it takes whole ones.</param>
/// <param name="Exclusive">Whether each GPU must be empty and is taken whole, whatever its size.</param>
/// <param name="GpuTypes">Bit by bit the types it accepts, as numbered by the caller.</param>
public readonly record struct PackDemand(int CpuMilli, int MemoryMib, int Gpus, int UnitsPerGpu, bool Exclusive, ulong GpuTypes)
{
    /// <summary>Accepts every type.</summary>
    public const ulong AnyType = ulong.MaxValue;

    /// <summary>Throws <see cref="ArgumentException"/> that names the field and what it must be.</summary>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(CpuMilli);
        ArgumentOutOfRangeException.ThrowIfNegative(MemoryMib);
        ArgumentOutOfRangeException.ThrowIfNegative(Gpus);
        if (Gpus > 0 && !Exclusive)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(UnitsPerGpu, 1);
        }
    }
}
