using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.Grains.Interfaces.Schedulers;

/// <summary>A node as its grain reports it to the scheduler.</summary>
/// <param name="Registration">The facts; null when they did not change since the last report of this epoch.</param>
/// <param name="Held">Every attempt in the node's ledger: the scheduler repairs its view from it.</param>
/// <param name="LastSeen">By the clock of the machine that heard it.</param>
[GenerateSerializer, Immutable, Alias("aurora.node-report")]
public sealed record NodeReport(
    [property: Id(0)] string NodeId,
    [property: Id(1)] long Epoch,
    [property: Id(2)] NodeRegistration? Registration,
    [property: Id(3)] double CpuLoad,
    [property: Id(4)] GpuTelemetry[] Gpus,
    [property: Id(5)] AttemptId[] Held,
    [property: Id(6)] DateTimeOffset LastSeen)
{
    /// <summary>How long it has been silent, by the clock that heard it: two machines' clocks need not agree.</summary>
    [Id(7)]
    public TimeSpan SilentFor { get; init; }

    /// <summary>What the attempts of other pools hold on the node; empty on a node of one pool.</summary>
    [Id(20)]
    public HeldElsewhere[] HeldByOthers { get; init; } = [];

    /// <summary>Those of <see cref="Held"/> that were asked to leave.</summary>
    [Id(22)]
    public LeavingAttempt[] Leaving { get; init; } = [];

    /// <summary>Why the node can take no work at this moment, as it says itself; null while it can.</summary>
    [Id(23)]
    public string? Closed { get; init; }

    /// <summary>The pool whose turn it is on a node of several, when it is not the receiver's; null while the receiver may place there.</summary>
    [Id(21)]
    public string? TurnOf { get; init; }
}

/// <summary>What an attempt of another pool holds on a node.</summary>
/// <param name="Gpus">Indexes of the node's GPUs.</param>
/// <param name="AntiAffinity">The name that no second task on the node may have; null for none.</param>
/// <param name="Model">The model that it asks the node's inference servers for; null for none.</param>
[GenerateSerializer, Immutable, Alias("aurora.held-elsewhere")]
public sealed record HeldElsewhere(
    [property: Id(0)] AttemptId Attempt,
    [property: Id(1)] string TaskType,
    [property: Id(2)] int[] Gpus,
    [property: Id(3)] long MemoryBytesPerGpu,
    [property: Id(4)] long CpuMilli,
    [property: Id(5)] long HostMemoryBytes,
    [property: Id(6)] string? AntiAffinity,
    [property: Id(7)] string? Model);
