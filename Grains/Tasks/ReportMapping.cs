using Aurora.Grains.Interfaces.Nodes;
using Aurora.Scheduling.Lifecycle;
using Aurora.Storage;

namespace Aurora.Grains.Tasks;

/// <summary>What a node's report means for the task's row.</summary>
internal static class ReportMapping
{
    public static TaskOperation ToOperation(this AttemptReport report, int attempt, DateTimeOffset now)
    {
        // Nodes send durations, so that their clocks do not matter; a negative one would put the start into the future.
        var startedAt = now - (report.StartedAgo < TimeSpan.Zero ? TimeSpan.Zero : report.StartedAgo);
        return report.Kind switch
        {
            AttemptReportKind.Started => new TaskOperation.Start(report.TaskId, attempt, startedAt),
            AttemptReportKind.Completed => new TaskOperation.Finish(
                report.TaskId, attempt, TaskPhase.Completed, startedAt, now, report.Result ?? "null", Error: null),
            AttemptReportKind.Failed => new TaskOperation.Finish(
                report.TaskId, attempt, TaskPhase.Failed, startedAt, now, Result: null, report.Error ?? "the node gave no reason"),
            _ => throw new ArgumentOutOfRangeException(nameof(report), report.Kind, "Not a kind of report."),
        };
    }
}
