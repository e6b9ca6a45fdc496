using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Nodes;

/// <summary>GPUs, a slot, and a part of the host that a node keeps for a task that waits.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Shape">The shape that is to run there.</param>
/// <param name="Gpus">Indexes of the node's GPUs, ascending.</param>
/// <param name="Start">When they are expected to be free; null where nobody knows.</param>
public sealed record KeptPlace(string TaskId, TaskShape Shape, IReadOnlyList<int> Gpus, DateTimeOffset? Start)
{
    /// <summary>Whether attempts of lower priority leave the node for the task; a reservation waits until they end by themselves.</summary>
    public bool ByPreemption { get; init; }

    /// <summary>When a place that nobody has to leave any more, and that its task still does not fit on, is given up; null before.</summary>
    public DateTimeOffset? GivenUpAt { get; init; }
}
