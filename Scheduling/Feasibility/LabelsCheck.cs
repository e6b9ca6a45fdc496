using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Planning;

namespace Aurora.Scheduling.Feasibility;

/// <summary>The node carries the labels.</summary>
internal sealed class LabelsCheck : IFeasibilityCheck
{
    public Refusal? Check(TaskShape shape, TrackedNode node) =>
        shape.Labels.MissingIn(node.Facts.Labels).ToList() is { Count: > 0 } missing
            ? Refusals.LabelsMissing(missing, node.Facts.Labels)
            : null;
}
