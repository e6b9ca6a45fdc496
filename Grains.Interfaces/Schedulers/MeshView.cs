using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.Grains.Interfaces.Schedulers;

/// <summary>The mesh at one moment.</summary>
[GenerateSerializer, Immutable, Alias("aurora.mesh-view")]
public sealed record MeshView(
    [property: Id(0)] NodeStatusView[] Nodes,
    [property: Id(1)] long QueuedTasks,
    [property: Id(2)] long ActiveTasks,
    [property: Id(3)] long CompletedTasks)
{
    /// <summary>The pools that this is of, by name.</summary>
    [Id(20)]
    public PoolStatusView[] Pools { get; init; } = [];
}

/// <summary>One pool at one moment.</summary>
/// <param name="Profile">The placement profile: balanced, pack or cost.</param>
/// <param name="Nodes">Nodes that serve it and are not disconnected; one that serves several counts in each.</param>
[GenerateSerializer, Immutable, Alias("aurora.pool-status")]
public sealed record PoolStatusView(
    [property: Id(0)] string Pool,
    [property: Id(1)] string Profile,
    [property: Id(2)] int Nodes,
    [property: Id(3)] long QueuedTasks,
    [property: Id(4)] long ActiveTasks,
    [property: Id(5)] long CompletedTasks);

/// <summary>One node at one moment.</summary>
/// <param name="Status">
/// "active"; "suspect" while it is silent; "disconnected" once its lease ended; "cordoned", "draining" (with attempts left) or
/// "drained" when an operator closed it; "quarantined" when it failed too much and is tried again later; "releasing" while it is being given back;
/// "stuck" while a process on it cannot be killed.
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
    [property: Id(12)] string Transport)
{
    /// <summary>The pools that it serves.</summary>
    [Id(20)]
    public string[] Pools { get; init; } = [MeshConstants.DefaultPool];

    /// <summary>Since when a rented node holds no attempt; null for one that does, and for any other node.</summary>
    [Id(21)]
    public DateTimeOffset? IdleSince { get; init; }

    /// <summary>Whether it is rented, and has been idle for so long that it should be given back.</summary>
    [Id(22)]
    public bool ReleaseAdvised { get; init; }

    /// <summary>Why it takes no work, as it says itself; null while it does.</summary>
    [Id(23)]
    public string? StatusReason { get; init; }
}
