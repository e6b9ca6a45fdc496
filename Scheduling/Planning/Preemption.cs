using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Planning;

/// <summary>The decision to stop attempts so that a waiting task of higher priority can start.</summary>
/// <param name="Task">The task that is to start.</param>
/// <param name="NodeId">Where.</param>
/// <param name="Victims">The attempts to stop, the least important first.</param>
public sealed record Preemption(PendingTask Task, string NodeId, IReadOnlyList<Placement> Victims);
