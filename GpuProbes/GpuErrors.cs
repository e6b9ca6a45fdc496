namespace Aurora.GpuProbes;

/// <summary>What went wrong on a GPU so far. A null is something that the probe does not tell.</summary>
internal sealed record GpuErrors
{
    /// <summary>Errors of the memory that were corrected, since the driver was loaded.</summary>
    public long? EccCorrected { get; init; }

    /// <summary>Errors of the memory that could not be corrected, since the driver was loaded.</summary>
    public long? EccUncorrected { get; init; }

    /// <summary>NVIDIA's numbered errors and how often each came, since the probe watches.</summary>
    public IReadOnlyDictionary<int, long> Xids { get; init; } = new Dictionary<int, long>();
}
