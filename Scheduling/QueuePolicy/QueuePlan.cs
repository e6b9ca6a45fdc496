namespace Aurora.Scheduling.QueuePolicy;

/// <summary>What a round decides. Stop first, then start: a stopped task may start again elsewhere in the same plan.</summary>
/// <param name="Stops">Running tasks that give up their GPUs, in order of their turn.</param>
/// <param name="Starts">Tasks to start, in order of their turn, each with its GPUs.</param>
public sealed record QueuePlan(IReadOnlyList<QueuedTask> Stops, IReadOnlyList<QueueStart> Starts);
