using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Scheduling.Lifecycle;
using Aurora.Storage;

namespace Aurora.Grains.Tasks;

/// <summary>What a node's report means for the task's row, and what its outcome means for the scheduler.</summary>
internal static class ReportMapping
{
    /// <param name="report">What the node says.</param>
    /// <param name="attempt">The attempt that it is about.</param>
    /// <param name="nodeId">The node that says so.</param>
    /// <param name="retry">The attempts before it.</param>
    /// <param name="rules">What the task says of failures.</param>
    /// <param name="memoryFloor">Bytes that another attempt needs free on each GPU, should this one have run out of memory.</param>
    /// <param name="now">The time of the report.</param>
    /// <param name="random">Evenly drawn from [0, 1); spreads retries.</param>
    public static TaskOperation ToOperation(
        this AttemptReport report, int attempt, string nodeId, RetryState retry, RetryRules rules, long memoryFloor, DateTimeOffset now, double random)
    {
        // Nodes send durations, so that their clocks do not matter; a negative one would put the start into the future.
        var startedAt = now - (report.StartedAgo < TimeSpan.Zero ? TimeSpan.Zero : report.StartedAgo);
        switch (report.Kind)
        {
            case AttemptReportKind.Started:
                return new TaskOperation.Start(report.TaskId, attempt, startedAt);
            case AttemptReportKind.Completed:
                return new TaskOperation.Finish(
                    report.TaskId, attempt, TaskPhase.Completed, startedAt, now, report.Result ?? "null", Error: null, retry);
            case AttemptReportKind.Failed:
                var error = report.Error ?? "the node gave no reason";
                var failure = new AttemptFailure(report.Failure.ToKind()) { IsFinal = report.IsFinal, ExitCode = report.ExitCode, MemoryFloor = memoryFloor };
                var decision = RetryPolicy.AfterFailure(retry, failure, rules, random);
                return decision.Delay is { } delay
                    ? new TaskOperation.Requeue(report.TaskId, attempt, nodeId, decision.State, now + delay, error) { EndedAt = now, StartedAt = startedAt }
                    : new TaskOperation.Finish(
                        report.TaskId, attempt, TaskPhase.Failed, startedAt, now, Result: null, error, decision.State);
            case AttemptReportKind.Preempted:
                // What it did is kept in its checkpoint, and nothing speaks against the task.
                return new TaskOperation.Requeue(report.TaskId, attempt, nodeId, retry, now, WhyItLeft(report.PreemptedFor))
                {
                    EndedAt = now,
                    StartedAt = startedAt,
                };
            default:
                throw new ArgumentOutOfRangeException(nameof(report), report.Kind, "Not a kind of report.");
        }
    }

    private static string WhyItLeft(string? other) => other == LeavingAttempt.ForDrain ? "its node was drained" : $"preempted for {other ?? "another task"}";

    /// <summary>How the attempt ended; null for a start, which ends nothing.</summary>
    public static AttemptEnd? ToEnd(this TaskOperation operation, string nodeId, OperationOutcome outcome, string? preemptedFor, string? lead = null) =>
        operation.ToEnd(nodeId, outcome.Applied, preemptedFor) is not { } end ? null
        : lead is null ? end
        : end with { Lead = lead, Completed = end.Completed || outcome.Completes, IsOfMember = operation is TaskOperation.EndMember && outcome is { Applied: true, Completes: false } };

    private static AttemptEnd? ToEnd(this TaskOperation operation, string nodeId, bool applied, string? preemptedFor) => operation switch
    {
        TaskOperation.EndMember member => new AttemptEnd(new AttemptId(member.TaskId, member.Attempt), Completed: false, nodeId) { IsStale = !applied },
        TaskOperation.Finish finish => new AttemptEnd(
            new AttemptId(finish.TaskId, finish.Attempt), applied && finish.Phase == TaskPhase.Completed, nodeId)
        {
            History = finish.Retry.ToHistory(),
            IsStale = !applied,
        },
        TaskOperation.Requeue requeue => new AttemptEnd(new AttemptId(requeue.TaskId, requeue.Attempt), Completed: false, nodeId)
        {
            History = requeue.Retry.ToHistory(),
            RetryAt = applied ? requeue.NotBefore : null,
            RetryAfter = applied ? requeue.Delay : null,
            PreemptedFor = preemptedFor,
            IsStale = !applied,
        },
        _ => null,
    };
}
