using System.Diagnostics;
using Aurora.Grains.Interfaces.Tracing;

namespace Aurora.Grains.Observability;

/// <summary>The grains' spans of a task's trace. Each is made when it is over, so an untraced task costs a look at a null.</summary>
internal static class MeshTraces
{
    private static readonly ActivitySource Source = new(TraceSources.Grains);

    /// <summary>From the submit, or from the end of the attempt before, to a place on a node.</summary>
    public static void Placed(string? parent, string taskId, int attempt, string nodeId, DateTimeOffset since) =>
        Add("place", ActivityKind.Internal, parent, taskId, attempt, nodeId, since);

    /// <summary>From the committed placement until the node's grain has pushed it to the node.</summary>
    public static void Dispatched(string? parent, string taskId, int attempt, string nodeId, DateTimeOffset since) =>
        Add("dispatch", ActivityKind.Producer, parent, taskId, attempt, nodeId, since);

    /// <summary>From the node's report to its commit.</summary>
    public static void Reported(string? parent, string taskId, int attempt, string nodeId, DateTimeOffset since, string outcome) =>
        Add("report", ActivityKind.Consumer, parent, taskId, attempt, nodeId, since, outcome);

    private static void Add(
        string name, ActivityKind kind, string? parent, string taskId, int attempt, string nodeId, DateTimeOffset since, string? outcome = null)
    {
        if (parent is null || !Source.HasListeners() || !ActivityContext.TryParse(parent, traceState: null, isRemote: true, out var context))
        {
            return;
        }

        using var span = Source.StartActivity(
            name,
            kind,
            context,
            [new("aurora.task_id", taskId), new("aurora.attempt", attempt), new("aurora.node", nodeId)],
            links: null,
            since);
        if (outcome is not null)
        {
            span?.SetTag("aurora.outcome", outcome);
        }
    }
}
