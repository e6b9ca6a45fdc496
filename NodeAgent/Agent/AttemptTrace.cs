using System.Diagnostics;
using Aurora.Grains.Interfaces.Tracing;
using Aurora.NodeAgent.Executors;

namespace Aurora.NodeAgent.Agent;

/// <summary>The span <c>run</c> of an attempt whose task is traced, a child of the task's submit. What the executor calls meanwhile is its child.</summary>
internal static class AttemptTrace
{
    private static readonly ActivitySource Source = new(TraceSources.NodeAgent);

    /// <summary>Null when the task is not traced or nobody listens here. The attempt's reports carry the span from now on.</summary>
    public static Activity? Start(TrackedAttempt attempt)
    {
        if (attempt.TraceParent is null || !Source.HasListeners() || !ActivityContext.TryParse(attempt.TraceParent, traceState: null, isRemote: true, out var parent))
        {
            return null;
        }

        var order = attempt.Assignment;
        var span = Source.StartActivity("run", ActivityKind.Consumer, parent, [
            new("aurora.task_id", order.TaskId), new("aurora.attempt", order.Attempt), new("aurora.task_type", order.TaskType)]);
        attempt.TraceParent = span?.Id ?? attempt.TraceParent;
        return span;
    }

    /// <param name="span">What <see cref="Start"/> returned.</param>
    /// <param name="outcome">Null when the attempt was stopped.</param>
    public static void End(Activity? span, ExecutionOutcome? outcome)
    {
        span?.SetTag("aurora.outcome", outcome is null ? "stopped" : outcome.Error is null ? "completed" : "failed");
        if (outcome?.Error is { } error)
        {
            span?.SetStatus(ActivityStatusCode.Error, error);
        }
    }
}
