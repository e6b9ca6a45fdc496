using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Grains.Observability;
using Aurora.Storage;

namespace Aurora.Grains.Nodes;

/// <summary>What is measured of reports.</summary>
internal sealed partial class NodeGrain
{
    /// <param name="order">The attempt that the report is about.</param>
    /// <param name="report">What the node said of its end.</param>
    /// <param name="operation">What was committed of it.</param>
    /// <param name="committed">Whether it was the current attempt, and the last member of a gang.</param>
    /// <param name="received">When the report came.</param>
    private void Measure(AttemptAssignment order, AttemptReport report, TaskOperation operation, OperationOutcome committed, DateTimeOffset received)
    {
        var applied = committed.Applied;
        var outcome = !applied ? "stale" : report.Kind == AttemptReportKind.Completed ? "completed" : report.Kind == AttemptReportKind.Preempted ? "preempted" : operation is TaskOperation.Requeue ? "retried" : "failed";
        MeshTraces.Reported(report.TraceParent ?? order.Controls?.TraceParent, order.TaskId, order.Attempt, NodeId, received, outcome);
        if (!applied)
        {
            return;
        }

        if (report.Kind == AttemptReportKind.Failed)
        {
            instruments.AttemptFailed(order.TaskType, ReasonOf(report.Failure));
        }

        if (operation is TaskOperation.Finish finish)
        {
            instruments.TaskFinished(order.TaskType, outcome);
            instruments.TaskRan(order.TaskType, outcome, finish.CompletedAt - (finish.StartedAt ?? finish.CompletedAt));
        }
        else if (operation is TaskOperation.EndMember member)
        {
            if (committed.Completes)
            {
                instruments.TaskFinished(order.TaskType, outcome);
                instruments.TaskRan(order.TaskType, outcome, member.EndedAt - member.StartedAt);
            }
        }
        else if (report is { Kind: AttemptReportKind.Preempted, PreemptedFor: LeavingAttempt.ForDrain })
        {
            // The scheduler counts it among those that moved.
        }
        else if (report.Kind == AttemptReportKind.Preempted)
        {
            instruments.TaskPreempted(order.TaskType);
        }
        else
        {
            instruments.TaskRetried();
        }
    }

    private static string ReasonOf(AttemptFailureKind kind) => kind switch
    {
        AttemptFailureKind.Timeout => FailureNames.Timeout,
        AttemptFailureKind.OutOfMemory => FailureNames.OutOfMemory,
        _ => FailureNames.Error,
    };
}
