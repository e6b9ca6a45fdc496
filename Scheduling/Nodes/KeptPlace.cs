using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Nodes;

/// <summary>GPUs, a slot, and a part of the host that a node keeps for a task that waits.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Shape">The shape that is to run there.</param>
/// <param name="Gpus">Indexes of the node's GPUs, ascending.</param>
/// <param name="Start">When they are expected to be free; null where nobody knows.</param>
/// <param name="IsBeingCleared">Whether attempts that were stopped for the task may still be there.</param>
internal sealed record KeptPlace(string TaskId, TaskShape Shape, IReadOnlyList<int> Gpus, DateTimeOffset? Start, bool IsBeingCleared);
