namespace Aurora.Grains.Interfaces.Nodes;

/// <summary>A sign of life with the node's live load.</summary>
/// <param name="Epoch">The epoch that <see cref="JoinReply"/> gave; an older one is answered with "join again".</param>
/// <param name="CpuLoad">Host CPU use, 0 to 1.</param>
/// <param name="Gpus">Telemetry of the GPUs that report any.</param>
/// <param name="Attempts">Attempts that the node runs, or has finished and not yet seen acknowledged.</param>
[GenerateSerializer, Immutable, Alias("aurora.heartbeat")]
public sealed record Heartbeat(
    [property: Id(0)] long Epoch,
    [property: Id(1)] double CpuLoad,
    [property: Id(2)] GpuTelemetry[] Gpus,
    [property: Id(3)] AttemptId[] Attempts)
{
    /// <summary>Why the node can take no work at this moment, in one line; null while it can.</summary>
    [Id(4)]
    public string? Closed { get; init; }
}

/// <summary>What one GPU measures. A null is something that the device does not tell.</summary>
/// <param name="MemoryUsedBytes">Memory in use by anybody, in bytes.</param>
/// <param name="Utilization">0 to 1.</param>
/// <param name="TemperatureCelsius">Core temperature in °C.</param>
/// <param name="PowerWatts">Draw in watts.</param>
[GenerateSerializer, Immutable, Alias("aurora.gpu-telemetry")]
public readonly record struct GpuTelemetry(
    [property: Id(0)] int Index,
    [property: Id(1)] long? MemoryUsedBytes,
    [property: Id(2)] double? Utilization,
    [property: Id(3)] double? TemperatureCelsius,
    [property: Id(4)] double? PowerWatts)
{
    /// <summary>Energy since the driver was loaded, in joules.</summary>
    [Id(5)]
    public double? EnergyJoules { get; init; }

    /// <summary>What went wrong on it so far; null where the device does not tell.</summary>
    [Id(6)]
    public GpuErrorCount[]? Errors { get; init; }
}

/// <summary>How often one thing went wrong on a GPU.</summary>
/// <param name="Kind">One of <see cref="GpuErrorKinds"/>.</param>
/// <param name="Xid">NVIDIA's number of an <see cref="GpuErrorKinds.Xid"/>, 1 to 1,023; null for the other kinds.</param>
/// <param name="Count">Since the driver was loaded; of an XID since the agent watches.</param>
[GenerateSerializer, Immutable, Alias("aurora.gpu-error-count")]
public readonly record struct GpuErrorCount(
    [property: Id(0)] string Kind,
    [property: Id(1)] int? Xid,
    [property: Id(2)] long Count);

/// <summary>What goes wrong on a GPU.</summary>
public static class GpuErrorKinds
{
    /// <summary>An error of its memory that was corrected.</summary>
    public const string EccCorrected = "ecc_corrected";

    /// <summary>An error of its memory that could not be corrected.</summary>
    public const string EccUncorrected = "ecc_uncorrected";

    /// <summary>One of NVIDIA's numbered errors.</summary>
    public const string Xid = "xid";

    /// <summary>The highest number of an XID that is taken.</summary>
    public const int XidMax = 1023;
}
