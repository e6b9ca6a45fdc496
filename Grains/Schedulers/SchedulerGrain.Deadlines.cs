using Aurora.Grains.Interfaces.Events;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Grains.Tasks;
using Aurora.Scheduling.Lifecycle;
using Aurora.Scheduling.Model;
using Aurora.Storage;

namespace Aurora.Grains.Schedulers;

/// <summary>Tasks that take longer than they allow.</summary>
internal sealed partial class SchedulerGrain
{
    // A node enforces the limit to the second and reports it; this is for nodes that do not.
    private static readonly TimeSpan RunGrace = TimeSpan.FromSeconds(60);

    private readonly DeadlineQueue deadlines = new();

    private void LimitQueueing(PendingTask task, DateTimeOffset since)
    {
        if (task.LatestStart is { } latest)
        {
            deadlines.Add(new Deadline(task.TaskId, task.Attempt, DeadlineKind.Late), latest);
        }

        if (task.Attempt == 0 && controls.GetValueOrDefault(task.TaskId)?.Timeouts?.QueueS is { } seconds)
        {
            deadlines.Add(new Deadline(task.TaskId, 0, DeadlineKind.Queue), since.AddSeconds(seconds));
        }
    }

    private void LimitAttempt(string taskId, int attempt, DateTimeOffset? startedAt)
    {
        if (controls.GetValueOrDefault(taskId)?.Timeouts is { } timeouts)
        {
            var now = time.GetUtcNow();
            if (timeouts.StartS is { } startS && startedAt is null)
            {
                deadlines.Add(new Deadline(taskId, attempt, DeadlineKind.Start), now.AddSeconds(startS));
            }

            if (timeouts.RunS is { } runS)
            {
                deadlines.Add(new Deadline(taskId, attempt, DeadlineKind.Run), (startedAt ?? now).AddSeconds(runS) + RunGrace);
            }
        }
    }

    private async Task EnforceDeadlinesAsync(DateTimeOffset now)
    {
        List<(PendingTask Task, string Reason)>? waitedTooLong = null;
        List<(Placement Placement, string Error)>? tookTooLong = null;
        while (deadlines.TryTake(now, out var deadline))
        {
            if (deadline.Kind == DeadlineKind.Late)
            {
                if (planner.FindQueued(deadline.TaskId) is { Deadline: { } due } late && !inserting.Contains(late.TaskId))
                {
                    var reason = $"it can no longer meet its deadline of {due:u}: {planner.WhyWaiting(late)}";
                    NoteTask(MeshEventKinds.TaskLate, late.TaskId, late.Attempt, detail: reason);
                    if (controls.GetValueOrDefault(late.TaskId) is { FailsLate: true })
                    {
                        (waitedTooLong ??= []).Add((late, reason));
                    }
                }

                continue;
            }

            if (controls.GetValueOrDefault(deadline.TaskId)?.Timeouts is not { } timeouts)
            {
                continue;
            }

            if (deadline.Kind == DeadlineKind.Queue)
            {
                if (planner.FindQueued(deadline.TaskId) is { Attempt: 0 } task && !inserting.Contains(task.TaskId))
                {
                    (waitedTooLong ??= []).Add((task, $"it found no place within its queue timeout of {timeouts.QueueS:0.###} s: {planner.WhyWaiting(task)}"));
                }
            }
            else if (planner.FindPlacement(deadline.TaskId) is { } placement && placement.Attempt == deadline.Attempt && await IsOverAsync(deadline, timeouts, now))
            {
                (tookTooLong ??= []).Add((placement, deadline.Kind == DeadlineKind.Start
                    ? $"{placement.NodeId} did not start it within its start timeout of {timeouts.StartS:0.###} s"
                    : $"it ran on {placement.NodeId} for longer than its run timeout of {timeouts.RunS:0.###} s"));
            }
        }

        deadlines.Sweep(controls.Count, controls.ContainsKey);
        await (waitedTooLong is null ? Task.CompletedTask : GiveUpAsync(waitedTooLong));
        await (tookTooLong is null ? Task.CompletedTask : TimeOutAsync(tookTooLong));
    }

    private async Task<bool> IsOverAsync(Deadline deadline, TaskTimeouts timeouts, DateTimeOffset now)
    {
        var row = await StoreGuard.Read(store.GetAsync(deadline.TaskId, CancellationToken.None));
        if (row is not { Phase: TaskPhase.Assigned or TaskPhase.Running } || row.Attempt != deadline.Attempt)
        {
            return false;
        }

        if (deadline.Kind == DeadlineKind.Start)
        {
            return row.Phase == TaskPhase.Assigned;
        }

        var due = (row.StartedAt ?? now).AddSeconds(timeouts.RunS ?? 0) + RunGrace;
        if (due > now)
        {
            deadlines.Add(deadline, due);
        }

        return due <= now;
    }

    /// <summary>Ends attempts that took too long, on their nodes as well, and gives their tasks another one where they may have it.</summary>
    private async Task TimeOutAsync(List<(Placement Placement, string Error)> late)
    {
        var errors = late.ToDictionary(each => each.Placement, each => each.Error);
        await RequeueAsync([.. errors.Keys], FailureNames.Timeout, placement =>
        {
            var (taskId, now, error) = (placement.Task.TaskId, time.GetUtcNow(), errors[placement]);
            var decision = RetryPolicy.AfterFailure(
                HistoryOf(taskId), new AttemptFailure(FailureKinds.Timeout), controls.GetValueOrDefault(taskId).ToRules(), Random.Shared.NextDouble());
            return decision.Delay is { } delay
                ? new TaskOperation.Requeue(taskId, placement.Attempt, placement.LeadNode(), decision.State, now + delay, error) { EndedAt = now }
                : new TaskOperation.Finish(taskId, placement.Attempt, TaskPhase.Failed, StartedAt: null, now, Result: null, error, decision.State);
        });
        foreach (var placement in errors.Keys)
        {
            GrainFactory.GetGrain<INodeGrain>(placement.NodeId).StopAsync(new AttemptId(placement.Task.TaskId, placement.Attempt)).Ignore();
        }
    }
}
