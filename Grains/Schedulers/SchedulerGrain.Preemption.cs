using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;

namespace Aurora.Grains.Schedulers;

/// <summary>
/// Attempts that leave for tasks of higher priority. Which of them leave is known to their nodes as well, so that a scheduler that was
/// rebuilt meanwhile asks nobody else for the same room.
/// </summary>
internal sealed partial class SchedulerGrain
{
    private void PreemptForWaiting(DateTimeOffset now)
    {
        while (planner.Preempt(now) is { } preemption)
        {
            LogPreempting(
                string.Join(", ", preemption.Victims.Select(victim => victim.Task.TaskId)), preemption.NodeId, preemption.Task.TaskId, preemption.Task.Priority);
            AskToLeave(preemption.NodeId, [.. preemption.Victims.Select(
                victim => new LeavingAttempt(new AttemptId(victim.Task.TaskId, victim.Attempt), preemption.Task.TaskId))]);
        }
    }

    private void AskToLeave(string nodeId, LeavingAttempt[] attempts) => GrainFactory.GetGrain<INodeGrain>(nodeId).PreemptAsync(attempts).Ignore();

    /// <summary>Learns who leaves from the node, and asks those again that it holds and that were not asked, as far as it knows.</summary>
    private void TakeLeaving(NodeReport report)
    {
        foreach (var (attempt, other) in report.Leaving)
        {
            planner.MarkLeaving(attempt.TaskId, attempt.Attempt, other);
        }

        List<LeavingAttempt>? unasked = null;
        foreach (var attempt in report.Held)
        {
            if (planner.LeavesFor(attempt.TaskId) is { } other && planner.FindPlacement(attempt.TaskId)?.Attempt == attempt.Attempt
                && !Array.Exists(report.Leaving, leaving => leaving.Attempt == attempt))
            {
                (unasked ??= []).Add(new LeavingAttempt(attempt, other));
            }
        }

        if (unasked is not null)
        {
            AskToLeave(report.NodeId, [.. unasked]);
        }
    }

    /// <summary>An attempt left for another task or since its node is drained: its place is free now, and its task goes back to its old place in line.</summary>
    private void GoBack(AttemptEnd end, string other)
    {
        resent.Remove(end.Attempt.TaskId);
        var isDrain = other == LeavingAttempt.ForDrain;
        if (planner.RequeuePreempted(end.Attempt.TaskId, end.Attempt.Attempt, isDrain ? null : other))
        {
            instruments.TaskReassigned(isDrain ? "drain" : "preemption");
        }
    }
}
