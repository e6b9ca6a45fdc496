using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.Grains.Interfaces.Schedulers;

/// <summary>The mesh at one moment.</summary>
[GenerateSerializer, Immutable, Alias("aurora.mesh-view")]
public sealed record MeshView(
    [property: Id(0)] NodeStatusView[] Nodes,
    [property: Id(1)] long QueuedTasks,
    [property: Id(2)] long ActiveTasks,
    [property: Id(3)] long CompletedTasks);

/// <summary>One node at one moment.</summary>
/// <param name="Status">
/// "active"; "suspect" while it is silent; "disconnected" once its lease ended; "cordoned", "draining" (with attempts left) or
/// "drained" when an operator closed it; "quarantined" when it failed too much and is tried again later.
/// </param>
/// <param name="Facts">The announced facts as one JSON object.</param>
[GenerateSerializer, Immutable, Alias("aurora.node-status")]
public sealed record NodeStatusView(
    [property: Id(0)] string NodeId,
    [property: Id(1)] string Status,
    [property: Id(2)] GpuDevice[] Gpus,
    [property: Id(3)] GpuTelemetry[] Telemetry,
    [property: Id(4)] long[] ReservedBytes,
    [property: Id(5)] int ActiveTasks,
    [property: Id(6)] long CompletedTasks,
    [property: Id(7)] DateTimeOffset LastSeen,
    [property: Id(8)] double CpuLoad,
    [property: Id(9)] int MaxParallel,
    [property: Id(10)] string[] TaskTypes,
    [property: Id(11)] string Facts,
    [property: Id(12)] string Transport);
