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
    [property: Id(3)] AttemptId[] Attempts);

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
}
