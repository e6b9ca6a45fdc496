using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Planning;

namespace Aurora.Scheduling.Feasibility;

/// <summary>One question about one node. A check speaks only for itself: it is silent where an earlier one says no to the same thing.</summary>
internal interface IFeasibilityCheck
{
    /// <summary>Why the node cannot take the task, or null.</summary>
    Refusal? Check(TaskShape shape, TrackedNode node);
}
