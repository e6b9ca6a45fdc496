using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Scheduling.Planning;

namespace Aurora.Grains.Schedulers;

internal static class ExplanationMapping
{
    public static ExplanationView ToView(this PlacementExplanation explanation) => new(
        explanation.Task.TaskId,
        explanation.Placement is null ? "queued" : "assigned",
        explanation.Summary,
        explanation.QueuePosition,
        explanation.EffectivePriority,
        explanation.Placement?.NodeId,
        [.. explanation.Nodes.Select(node => new NodeExplanation(
            node.NodeId,
            node.Refusals.Count == 0,
            [.. node.Refusals.Select(refusal => new RefusalView(refusal.Code, refusal.Message, refusal.Permanent))],
            node.Score,
            new Dictionary<string, double>(node.Terms, StringComparer.Ordinal)))])
    {
        SmallestChange = explanation.SmallestChange?.ToView(),
    };

    public static RequirementChangeView ToView(this RequirementChange change) => new(change.Field, change.Message);
}
