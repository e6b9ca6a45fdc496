namespace Aurora.GpuProbes;

/// <summary>What one probe measures of one GPU. A null is something that the probe does not tell.</summary>
/// <param name="Key">The <see cref="ProbedGpu.Key"/>.</param>
internal readonly record struct GpuReading(string Key)
{
    public long? MemoryUsedBytes { get; init; }

    /// <summary>Preferred to the used bytes where known: what the driver reserves is neither free nor used.</summary>
    public long? MemoryFreeBytes { get; init; }

    /// <summary>0 to 1.</summary>
    public double? Utilization { get; init; }

    public double? TemperatureCelsius { get; init; }

    public double? PowerWatts { get; init; }

    /// <summary>Since the driver was loaded.</summary>
    public double? EnergyJoules { get; init; }

    public GpuErrors? Errors { get; init; }

    /// <summary>This reading, with what it lacks taken from another.</summary>
    public GpuReading CompletedBy(GpuReading other) => this with
    {
        // Used and free come from one source: mixing two moments could add up to more than there is.
        MemoryUsedBytes = KnowsMemory ? MemoryUsedBytes : other.MemoryUsedBytes,
        MemoryFreeBytes = KnowsMemory ? MemoryFreeBytes : other.MemoryFreeBytes,
        Utilization = Utilization ?? other.Utilization,
        TemperatureCelsius = TemperatureCelsius ?? other.TemperatureCelsius,
        PowerWatts = PowerWatts ?? other.PowerWatts,
        EnergyJoules = EnergyJoules ?? other.EnergyJoules,
        Errors = Errors ?? other.Errors,
    };

    private bool KnowsMemory => MemoryUsedBytes is not null || MemoryFreeBytes is not null;
}
