using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Events;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Grains.Tasks;
using Aurora.Scheduling.Lifecycle;
using Aurora.Scheduling.Model;
using Aurora.Storage;

namespace Aurora.Grains.Schedulers;

/// <summary>Attempts that ended without ending their task.</summary>
internal sealed partial class SchedulerGrain
{
    // Tasks with another history than a fresh task's; most never get one.
    private readonly Dictionary<string, RetryState> histories = new(StringComparer.Ordinal);
    private readonly BackoffQueue backingOff = new();

    public async Task<RetryOutcome> RetryAsync(string taskId)
    {
        var outcome = (await CommitAsync([new TaskOperation.Revive(taskId, clock.GetUtcNow()) { DecidedUnder = epoch }]))[0];
        if (outcome is { Applied: true, Row: { } row })
        {
            NoteTask(MeshEventKinds.TaskRetried, taskId);
            TakeUp(row);
            PlaceWaiting();
            return RetryOutcome.Queued;
        }

        return await ReadAsync(store.GetAsync(taskId, CancellationToken.None)) switch
        {
            null => RetryOutcome.NotFound,
            { Phase: TaskPhase.Failed } => throw Superseded(),
            _ => RetryOutcome.NotFailed,
        };
    }

    private RetryState HistoryOf(string taskId) => histories.GetValueOrDefault(taskId, RetryState.Fresh);

    private void Remember(string taskId, RetryState history)
    {
        if (history == RetryState.Fresh)
        {
            histories.Remove(taskId);
        }
        else
        {
            histories[taskId] = history;
        }
    }

    private void Forget(string taskId)
    {
        watched.Remove(taskId);
        histories.Remove(taskId);
        controls.Remove(taskId);
        begun.Remove(taskId);
        backingOff.Remove(taskId);
        dependencies.Remove(taskId);
        resent.Remove(taskId);
        if (dependencies.IsAwaited(taskId))
        {
            endedPrerequisites.Add(taskId);
        }
    }

    /// <summary>
    /// An attempt ended, its task did not: its place is free now, and a retry's turn comes later. Returns the task when it needs more GPU
    /// memory than there is anywhere, so that its turn would never come.
    /// </summary>
    private PendingTask? GoOn(AttemptEnd end, NodeEntry? node)
    {
        var (taskId, attempt) = (end.Attempt.TaskId, end.Attempt.Attempt);
        if (planner.FindPlacement(taskId) is { } placement && placement.Attempt == attempt)
        {
            var served = planner.ServedBy(placement);
            planner.Release(taskId, attempt);
            if (DelayOf(end) is { } delay)
            {
                // The node's copy of what this grain counts is as old as its order.
                Remember(taskId, end.History.ToState() with { Crashes = HistoryOf(taskId).Crashes });
                var task = (served with { Attempt = attempt, AvoidNode = end.NodeId }).WithMemoryFloor(end.History.MemoryFloor);
                backingOff.Add(task, DueAfter(delay, end.RetryAt));
                if (end.History.MemoryFloor > 0)
                {
                    return HasMemoryFor(task) ? null : task;
                }

                Suspect(node, taskId);
            }
        }

        return null;
    }

    /// <summary>
    /// A task that memory lost sight of. Reports of one attempt may come twice and in any order; whichever comes first frees the
    /// place, and the store says what to do with the task.
    /// </summary>
    /// <param name="taskId">The task.</param>
    /// <param name="refusedAfter">The attempt after which it was to be given up, which was refused; null where nothing was.</param>
    private async Task TakeUpFromStoreAsync(string taskId, int? refusedAfter = null)
    {
        try
        {
            if (await ReadAsync(store.GetAsync(taskId, CancellationToken.None)) is { } row && !row.Phase.HasEnded())
            {
                if (row.Phase == TaskPhase.Queued && row.Attempt == refusedAfter)
                {
                    Abandon("a newer scheduler has the pool");
                }
                else if (!IsKnown(taskId))
                {
                    TakeUp(row);
                }
            }
            else
            {
                Forget(taskId);
            }
        }
        catch (MeshUnavailableException e)
        {
            Abandon("an ended attempt could not be looked up: " + e.Message);
        }
    }

    /// <summary>A node that fails one task after the other is left alone, unless there is no other.</summary>
    private void Suspect(NodeEntry? node, string taskId)
    {
        var now = time.GetUtcNow();
        if (node is not null && nodes.Values.Any(other => other != node && other.IsOpen) && node.Health.Failed(taskId, now))
        {
            NoteQuarantine(node, "it failed one task after the other");
        }
    }

    /// <summary>Attempts whose node is gone: their tasks go back in line, unless they went down with too many nodes.</summary>
    /// <param name="placements">The attempts.</param>
    /// <param name="blames">The tasks that may be the cause.</param>
    private Task LoseAsync(IReadOnlyList<Placement> placements, IReadOnlyDictionary<string, LossBlame>? blames = null) => RequeueAsync(placements, FailureNames.NodeLost, placement =>
    {
        var blame = blames?.GetValueOrDefault(placement.Task.TaskId) ?? LossBlame.None;
        var decision = RetryPolicy.AfterLoss(
            HistoryOf(placement.Task.TaskId), controls.GetValueOrDefault(placement.Task.TaskId).ToRules(), Random.Shared.NextDouble(), blame);
        var (taskId, attempt, now) = (placement.Task.TaskId, placement.Attempt, clock.GetUtcNow());
        return decision.Delay is { } delay
            ? new TaskOperation.Requeue(taskId, attempt, placement.LeadNode(), decision.State, delay > TimeSpan.Zero ? now + delay : null, Error: null) { EndedAt = now }
            : new TaskOperation.Finish(
                taskId, attempt, TaskPhase.Failed, StartedAt: null, now, Result: null,
                blame == LossBlame.Sole && decision.State.Crashes >= RetryPolicy.MaxCrashes
                    ? $"{decision.State.Crashes} nodes died while it ran on them, the last one {placement.NodeId}: it is taken for the cause"
                    : decision.State.Losses < RetryPolicy.MaxLosses
                    ? $"its node {placement.NodeId} was lost, and retry.on does not name {FailureNames.NodeLost}"
                    : $"{decision.State.Losses} nodes were lost while they ran it, the last one {placement.NodeId}",
                decision.State);
    });

    /// <summary>Attempts that a node never began, or that are moved away from it: no history is made.</summary>
    private Task MoveAsync(IReadOnlyList<Placement> placements, string reason) => RequeueAsync(placements, reason, placement => new TaskOperation.Requeue(
        placement.Task.TaskId, placement.Attempt, placement.LeadNode(), HistoryOf(placement.Task.TaskId), NotBefore: null, Error: null)
    {
        EndedAt = clock.GetUtcNow(),
    });

    /// <param name="placements">The attempts.</param>
    /// <param name="reason">What the metrics call it.</param>
    /// <param name="toOperation">What becomes of each.</param>
    private async Task RequeueAsync(IReadOnlyList<Placement> placements, string reason, Func<Placement, TaskOperation> toOperation)
    {
        if (placements.Count == 0)
        {
            return;
        }

        try
        {
            TaskOperation[] operations = [.. placements.Select(placement => toOperation(placement) with { DecidedUnder = epoch })];
            var committed = await CommitAsync(operations);
            for (var i = 0; i < placements.Count; i++)
            {
                if (committed[i].Applied)
                {
                    StopMembers(placements[i], placements[i].Attempt);
                }

                Charged(placements[i].NodeId, placements[i].Task.TaskId, committed[i]);
                if (!committed[i].Applied)
                {
                    await RelearnAsync(placements[i], wasPlaced: true);
                }
                else if (operations[i] is TaskOperation.Requeue requeue)
                {
                    CountFailure(placements[i], reason);
                    Requeued(placements[i], requeue, reason);
                }
                else if (operations[i] is TaskOperation.Finish finish)
                {
                    CountFailure(placements[i], reason);
                    planner.Release(finish.TaskId, finish.Attempt);
                    Failed(placements[i].Task, finish.Attempt, placements[i].NodeId, finish.Error!);
                }
            }

            PlaceWaiting();
        }
        catch (MeshUnavailableException)
        {
            // The activation was given up; the next one reads the truth.
        }
    }

    private void CountFailure(Placement placement, string reason)
    {
        if (FailureNames.All.Contains(reason))
        {
            instruments.AttemptFailed(placement.Task.Shape.TaskType, reason);
        }
    }

    private void Requeued(Placement placement, TaskOperation.Requeue requeue, string reason)
    {
        resent.Remove(requeue.TaskId);
        var isBlamed = requeue.Retry.Crashes > HistoryOf(requeue.TaskId).Crashes;
        Remember(requeue.TaskId, requeue.Retry);
        if (requeue.Error is null)
        {
            instruments.TaskReassigned(reason);
        }
        else
        {
            instruments.TaskRetried();
        }

        NoteRequeue(placement, requeue, isBlamed);
        if (requeue.Delay is { } delay)
        {
            var served = planner.ServedBy(placement);
            planner.Release(requeue.TaskId, requeue.Attempt);
            backingOff.Add(served with { Attempt = requeue.Attempt, AvoidNode = placement.NodeId }, DueAfter(delay, requeue.NotBefore));
        }
        else
        {
            planner.Requeue(requeue.TaskId, requeue.Attempt, placement.NodeId);
        }
    }

    /// <summary>A task failed by this grain's own decision, which nobody else announces.</summary>
    private void Failed(PendingTask task, int attempt, string? nodeId, string error)
    {
        var taskId = task.TaskId;
        instruments.TaskFinished(task.Shape.TaskType, "failed");
        NoteTask(MeshEventKinds.TaskFailed, taskId, attempt, nodeId, error);
        if (watched.Contains(taskId))
        {
            GrainFactory.GetReference<ITaskGrain>(taskId).EndedAsync().Ignore();
        }

        Forget(taskId);
    }

    /// <summary>
    /// A write was refused: forgets what was believed, and takes up what the store says. A task that is exactly as it was
    /// believed to be can only have met the fence: a newer scheduler has the pool.
    /// </summary>
    /// <param name="believed">The attempt that the write was about.</param>
    /// <param name="wasPlaced">Whether it was to leave its place; otherwise it was to get it.</param>
    private async Task RelearnAsync(Placement believed, bool wasPlaced)
    {
        planner.Release(believed.Task.TaskId, believed.Attempt);
        try
        {
            var row = await ReadAsync(store.GetAsync(believed.Task.TaskId, CancellationToken.None));
            if (row is null || row.Phase.HasEnded() || IsKnown(row.TaskId))
            {
                return;
            }

            var isAsBelieved = wasPlaced
                ? row.Phase != TaskPhase.Queued && row.Attempt == believed.Attempt && row.NodeId == believed.LeadNode()
                : row.Phase == TaskPhase.Queued && row.Attempt == believed.Attempt - 1;
            if (isAsBelieved)
            {
                Abandon("a newer scheduler has the pool");
                return;
            }

            TakeUp(row);
        }
        catch (MeshUnavailableException e)
        {
            Abandon("a refused write could not be looked up: " + e.Message);
        }
    }
}
