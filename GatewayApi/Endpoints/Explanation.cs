using Aurora.Grains.Interfaces.Schedulers;

namespace Aurora.GatewayApi.Endpoints;

/// <summary>Why a task waits, or why it went where it is.</summary>
/// <param name="ExpectedStart">When a waiting task may start, in Unix seconds; absent where nobody can tell.</param>
/// <param name="ExpectedStartBasis">What that rests on, or why nobody can tell.</param>
internal sealed record Explanation(
    string TaskId, string Status, string Summary, long? QueuePosition, double EffectivePriority, string? AssignedNode,
    double? ExpectedStart, string? ExpectedStartBasis, RequirementChanged? SmallestChange,
    IReadOnlyDictionary<string, NodeExplained> Nodes)
{
    public static Explanation From(ExplanationView view) => new(
        view.TaskId, view.Status, view.Summary, view.QueuePosition, view.EffectivePriority, view.AssignedNode,
        view.ExpectedStart?.ToUnixTimeMilliseconds() / 1000.0, view.ExpectedStartBasis, RequirementChanged.From(view.SmallestChange),
        view.Nodes.GroupBy(node => node.NodeId).ToDictionary(group => group.Key, group => NodeExplained.From(group.First())));
}

/// <summary>One change of a task's requirements with which it would start now.</summary>
/// <param name="Field">A member of <c>requirements</c>.</param>
internal sealed record RequirementChanged(string Field, string Message)
{
    public static RequirementChanged? From(RequirementChangeView? change) => change is null ? null : new(change.Field, change.Message);
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
