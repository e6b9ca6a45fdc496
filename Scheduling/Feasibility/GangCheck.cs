using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Planning;

namespace Aurora.Scheduling.Feasibility;

/// <summary>The node's agent can run one node's part of a gang.</summary>
internal sealed class GangCheck : IFeasibilityCheck
{
    public Refusal? Check(TaskShape shape, TrackedNode node) => shape.Nodes == 1 || node.Facts.TakesGangs ? null : Refusals.NoGangs();
}
