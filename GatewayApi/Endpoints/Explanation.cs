using Aurora.Grains.Interfaces.Schedulers;

namespace Aurora.GatewayApi.Endpoints;

/// <summary>Why a task waits, or why it went where it is.</summary>
internal sealed record Explanation(
    string TaskId, string Status, string Summary, long? QueuePosition, double EffectivePriority, string? AssignedNode,
    IReadOnlyDictionary<string, NodeExplained> Nodes)
{
    public static Explanation From(ExplanationView view) => new(
        view.TaskId, view.Status, view.Summary, view.QueuePosition, view.EffectivePriority, view.AssignedNode,
        view.Nodes.GroupBy(node => node.NodeId).ToDictionary(group => group.Key, group => NodeExplained.From(group.First())));
}

/// <summary>One node's answer: the checks that refuse the task, or its score by term.</summary>
internal sealed record NodeExplained(
    bool Feasible, IReadOnlyList<RefusalExplained> Refusals, double? Score, IReadOnlyDictionary<string, double> Terms)
{
    public static NodeExplained From(NodeExplanation node) => new(
        node.Feasible,
        [.. node.Refusals.Select(refusal => new RefusalExplained(refusal.Code, refusal.Message, refusal.Permanent))],
        node.Score,
        node.Terms);
}

/// <summary>One refused check.</summary>
/// <param name="Permanent">True when waiting cannot help.</param>
internal sealed record RefusalExplained(string Code, string Message, bool Permanent);
