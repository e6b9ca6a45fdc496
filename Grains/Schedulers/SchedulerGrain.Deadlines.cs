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

    // When attempts with a limit began, as far as that was heard.
    private readonly Dictionary<string, (int Attempt, DateTimeOffset At)> begun = new(StringComparer.Ordinal);

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
                if (startedAt is { } at)
                {
                    begun[taskId] = (attempt, at);
                }
            }
        }
    }

    private void Began(AttemptId attempt)
    {
        if (controls.GetValueOrDefault(attempt.TaskId) is { Timeouts.RunS: not null } && begun.GetValueOrDefault(attempt.TaskId).Attempt != attempt.Attempt)
        {
            begun[attempt.TaskId] = (attempt.Attempt, time.GetUtcNow());
        }
    }

    /// <summary>When the attempt began; where word of it was lost, when the store says so, which is not before it was placed.</summary>
    private DateTimeOffset BegunAt(TaskRow row, DateTimeOffset placedAt)
    {
        if (begun.TryGetValue(row.TaskId, out var known) && known.Attempt == row.Attempt)
        {
            return known.At;
        }

        var at = row.StartedAt is { } stored ? time.PastFromClock(stored) : time.GetUtcNow();
        at = at > placedAt ? at : placedAt;
        begun[row.TaskId] = (row.Attempt, at);
        return at;
    }

    private async Task EnforceDeadlinesAsync(DateTimeOffset now)
    {
        List<(PendingTask Task, string Reason)>? waitedTooLong = null;
        List<(Placement Placement, string Error)>? tookTooLong = null;
        while (deadlines.TryTake(now, out var deadline, out var over))
        {
            if (deadline.Kind == DeadlineKind.Late)
            {
                if (planner.FindQueued(deadline.TaskId) is { Deadline: { } due } late && !inserting.Contains(late.TaskId))
                {
                    var reason = $"it can no longer meet its deadline of {time.ToClock(due):u}: {planner.WhyWaiting(late)}";
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
            else if (planner.FindPlacement(deadline.TaskId) is { } placement && placement.Attempt == deadline.Attempt && await IsOverAsync(deadline, over, timeouts, now))
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

    private async Task<bool> IsOverAsync(Deadline deadline, DateTimeOffset since, TaskTimeouts timeouts, DateTimeOffset now)
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

        var limit = TimeSpan.FromSeconds(timeouts.RunS ?? 0) + RunGrace;
        var due = BegunAt(row, since - limit) + limit;
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
            var (taskId, now, error) = (placement.Task.TaskId, clock.GetUtcNow(), errors[placement]);
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
