using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Grains.Tasks;
using Aurora.Scheduling.Lifecycle;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Queueing;
using Aurora.Storage;

namespace Aurora.Grains.Schedulers;

/// <summary>What tasks say beyond their needs: limits in time, and what they come after.</summary>
internal sealed partial class SchedulerGrain
{
    private static readonly TimeSpan WaitTick = TimeSpan.FromMilliseconds(100);

    // A node enforces the limit to the second and reports it; this is for nodes that do not.
    private static readonly TimeSpan RunGrace = TimeSpan.FromSeconds(60);

    // Finds ends that were not heard of, because what said so was lost with a silo.
    private static readonly TimeSpan PrerequisiteSweep = TimeSpan.FromSeconds(5);

    // Only of tasks that say something; most say nothing.
    private readonly Dictionary<string, TaskControls> controls = new(StringComparer.Ordinal);
    private readonly DependencyTable dependencies = new();
    private readonly HashSet<string> endedPrerequisites = new(StringComparer.Ordinal);
    private readonly DeadlineQueue deadlines = new();
    private DateTimeOffset prerequisitesSweptAt;

    private static string Awaiting(IReadOnlyCollection<string> after) =>
        after.Count == 1 ? $"waits for {after.First()} to end" : $"waits for {after.Count} tasks to end, {after.First()} among them";

    private static string OutOfMemoryIn(PendingTask task) =>
        $"it ran out of GPU memory on {task.AvoidNode}, and no node has a GPU with more";

    private void Remember(string taskId, TaskControls? said)
    {
        if (said is not null)
        {
            controls[taskId] = said;
        }
    }

    /// <summary>Whether the task waits for others before it stands in line; it is held back then.</summary>
    private bool HoldBack(PendingTask task)
    {
        if (task.Attempt > 0 || !controls.TryGetValue(task.TaskId, out var said) || said.After is not { Length: > 0 })
        {
            return false;
        }

        dependencies.Add(task, said.ToPrerequisites());
        endedPrerequisites.UnionWith(said.After.Select(after => after.TaskId).Where(id => !IsKnown(id)));
        return true;
    }

    private void LimitQueueing(PendingTask task, DateTimeOffset since)
    {
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

    private bool HasMemoryFor(PendingTask task) => task.Shapes.Any(shape => nodes.Values.Any(node =>
        node.Connected && node.Registration.Gpus.Count(gpu => gpu.MemoryBytes >= shape.MemoryBytesPerGpu) >= shape.GpuCount));

    /// <summary>Every wait that is over by now: delays between attempts, tasks that came first, and what took too long.</summary>
    private async Task EndWaitsAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var any = false;
        while (backingOff.TryTake(now, out var task))
        {
            planner.Enqueue(task);
            any = true;
        }

        try
        {
            any |= await ReleaseDependantsAsync(now);
            await EnforceDeadlinesAsync(now);
        }
        catch (MeshUnavailableException e)
        {
            Abandon("the store could not be asked what waits: " + e.Message);
        }

        if (any)
        {
            PlaceWaiting();
        }
    }

    private async Task<bool> ReleaseDependantsAsync(DateTimeOffset now)
    {
        if (dependencies.Count > 0 && now - prerequisitesSweptAt > PrerequisiteSweep)
        {
            prerequisitesSweptAt = now;
            endedPrerequisites.UnionWith(dependencies.Awaited.Where(id => !IsKnown(id)));
        }

        if (endedPrerequisites.Count == 0)
        {
            return false;
        }

        string[] asked = [.. endedPrerequisites];
        endedPrerequisites.Clear();
        var found = (await StoreGuard.Read(store.FindAsync(asked, CancellationToken.None))).ToDictionary(standing => standing.TaskId);
        List<(PendingTask Task, string Reason)>? hopeless = null;
        var any = false;
        foreach (var taskId in asked)
        {
            if (dependencies.DependantsOf(taskId).Any(inserting.Contains))
            {
                // Not before it is committed: until then there is nothing to release or to fail.
                endedPrerequisites.Add(taskId);
                continue;
            }

            var exists = found.TryGetValue(taskId, out var standing);
            if (exists && !standing.Phase.HasEnded())
            {
                continue;
            }

            foreach (var released in dependencies.Ended(taskId, standing.Phase == TaskPhase.Completed, standing.CompletedAt ?? now))
            {
                if (released.Failed is null)
                {
                    LimitQueueing(released.Task, released.At);
                    planner.Enqueue(released.Task);
                    any = true;
                }
                else
                {
                    (hopeless ??= []).Add((released.Task, exists
                        ? $"{taskId}, which it comes after, {(standing.Phase == TaskPhase.Cancelled ? "was cancelled" : "failed")}"
                        : $"{taskId}, which it comes after, does not exist"));
                }
            }
        }

        await (hopeless is null ? Task.CompletedTask : GiveUpAsync(hopeless));
        return any;
    }

    private async Task EnforceDeadlinesAsync(DateTimeOffset now)
    {
        List<(PendingTask Task, string Reason)>? waitedTooLong = null;
        List<(Placement Placement, string Error)>? tookTooLong = null;
        while (deadlines.TryTake(now, out var deadline))
        {
            if (controls.GetValueOrDefault(deadline.TaskId)?.Timeouts is not { } timeouts)
            {
                continue;
            }

            if (deadline.Kind == DeadlineKind.Queue)
            {
                if (planner.FindQueued(deadline.TaskId) is { Attempt: 0 } task && !inserting.Contains(task.TaskId))
                {
                    (waitedTooLong ??= []).Add((task, $"it found no place within its queue timeout of {timeouts.QueueS:0.###} s: {planner.WhyWaiting(task.Shapes)}"));
                }
            }
            else if (planner.FindPlacement(deadline.TaskId) is { } placement && placement.Attempt == deadline.Attempt && await IsOverAsync(deadline, timeouts, now))
            {
                (tookTooLong ??= []).Add((placement, deadline.Kind == DeadlineKind.Start
                    ? $"{placement.NodeId} did not start it within its start timeout of {timeouts.StartS:0.###} s"
                    : $"it ran on {placement.NodeId} for longer than its run timeout of {timeouts.RunS:0.###} s"));
            }
        }

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
        await RequeueAsync([.. errors.Keys], placement =>
        {
            var (taskId, now, error) = (placement.Task.TaskId, time.GetUtcNow(), errors[placement]);
            var decision = RetryPolicy.AfterFailure(
                HistoryOf(taskId), new AttemptFailure(FailureKinds.Timeout), controls.GetValueOrDefault(taskId).ToRules(), Random.Shared.NextDouble());
            return decision.Delay is { } delay
                ? new TaskOperation.Requeue(taskId, placement.Attempt, placement.NodeId, decision.State, now + delay, error)
                : new TaskOperation.Finish(taskId, placement.Attempt, TaskPhase.Failed, StartedAt: null, now, Result: null, error, decision.State);
        });
        foreach (var placement in errors.Keys)
        {
            GrainFactory.GetGrain<INodeGrain>(placement.NodeId).StopAsync(new AttemptId(placement.Task.TaskId, placement.Attempt)).Ignore();
        }
    }

    /// <summary>Fails tasks that wait and will not get their turn.</summary>
    private async Task GiveUpAsync(IReadOnlyList<(PendingTask Task, string Reason)> hopeless)
    {
        foreach (var (task, _) in hopeless)
        {
            // It must not find a place while its end is being committed.
            planner.Dequeue(task.TaskId);
            backingOff.Remove(task.TaskId);
        }

        var now = time.GetUtcNow();
        var committed = await CommitAsync([.. hopeless.Select(each => new TaskOperation.GiveUp(each.Task.TaskId, each.Task.Attempt, now, each.Reason))]);
        for (var i = 0; i < committed.Length; i++)
        {
            var (task, reason) = hopeless[i];
            if (committed[i].Applied)
            {
                Failed(task.TaskId, task.Attempt, nodeId: null, reason);
            }
            else
            {
                await TakeUpFromStoreAsync(task.TaskId);
            }
        }
    }
}
