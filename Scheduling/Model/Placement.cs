namespace Aurora.Scheduling.Model;

/// <summary>The decision that a task runs on these GPUs of this node. Its memory is reserved when it is returned.</summary>
/// <param name="Attempt">The number of this attempt: the fencing token of everything said about it.</param>
/// <param name="Gpus">Indexes of the node's GPUs, ascending; empty for a task without a GPU.</param>
public sealed record Placement(PendingTask Task, int Attempt, string NodeId, long NodeEpoch, IReadOnlyList<int> Gpus);
