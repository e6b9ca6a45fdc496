namespace Aurora.Client.Abstractions.Views;

/// <summary>The head of the queue.</summary>
/// <param name="Queued">All tasks that wait.</param>
/// <param name="Tasks">Those that go next, in order.</param>
public sealed record MeshQueue(long Queued, IReadOnlyList<QueuedTask> Tasks);

/// <summary>A task that waits.</summary>
/// <param name="EffectivePriority">The priority and what waiting has added.</param>
/// <param name="Reason">Why it waits.</param>
/// <param name="Pool">In whose line.</param>
public sealed record QueuedTask(string TaskId, string TaskType, int Priority, double EffectivePriority, DateTimeOffset SubmittedAt, string Reason, string Pool);
