using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Planning;

namespace Aurora.Scheduling.Feasibility;

/// <summary>The node runs no task that this one is to be kept apart from.</summary>
internal sealed class AntiAffinityCheck : IFeasibilityCheck
{
    public Refusal? Check(TaskShape shape, TrackedNode node) =>
        shape.AntiAffinity is { } group && node.Holds(group) ? Refusals.AntiAffinity(group) : null;
}
