namespace Aurora.Grains.Interfaces.Schedulers;

/// <summary>The head of the queue.</summary>
/// <param name="Queued">All tasks that wait.</param>
/// <param name="Tasks">Those that go next, in order; after them those that wait out a delay before another attempt, the first due first.</param>
[GenerateSerializer, Immutable, Alias("aurora.queue")]
public sealed record QueueView(
    [property: Id(0)] long Queued,
    [property: Id(1)] QueuedTaskView[] Tasks)
{
    /// <summary>How many of <see cref="Queued"/> have each priority, by it; up to 5 s old where more than 5,000 wait. Empty from an earlier release.</summary>
    [Id(20)]
    public long[] ByPriority { get; init; } = [];
}

/// <summary>A task that waits.</summary>
/// <param name="EffectivePriority">The priority and one level for each ageing step that it has waited.</param>
/// <param name="Reason">Why it waits, in one line.</param>
[GenerateSerializer, Immutable, Alias("aurora.queued-task")]
public sealed record QueuedTaskView(
    [property: Id(0)] string TaskId,
    [property: Id(1)] string TaskType,
    [property: Id(2)] int Priority,
    [property: Id(3)] double EffectivePriority,
    [property: Id(4)] DateTimeOffset SubmittedAt,
    [property: Id(5)] string Reason)
{
    /// <summary>The pool in whose line it waits.</summary>
    [Id(20)]
    public string Pool { get; init; } = MeshConstants.DefaultPool;
}

/// <summary>A task that has a place on a node.</summary>
/// <param name="Gpus">Indexes of the node's GPUs.</param>
[GenerateSerializer, Immutable, Alias("aurora.placed-task")]
public sealed record PlacedTaskView(
    [property: Id(0)] string TaskId,
    [property: Id(1)] string TaskType,
    [property: Id(2)] int Priority,
    [property: Id(3)] int Attempt,
    [property: Id(4)] int[] Gpus,
    [property: Id(5)] DateTimeOffset SubmittedAt);
