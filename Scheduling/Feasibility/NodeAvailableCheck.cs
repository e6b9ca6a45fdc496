using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Planning;

namespace Aurora.Scheduling.Feasibility;

/// <summary>The node takes new work.</summary>
internal sealed class NodeAvailableCheck : IFeasibilityCheck
{
    public Refusal? Check(TaskShape shape, TrackedNode node) => node.Available ? null : Refusals.NodeUnavailable();
}
