using System.Runtime.CompilerServices;
using Aurora.Grains.Events;
using Aurora.Grains.Hooks;
using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Events;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Grains.Nodes;
using Aurora.Grains.Observability;
using Aurora.Grains.Options;
using Aurora.Grains.Tasks;
using Aurora.Scheduling.Lifecycle;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using Aurora.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Placement;

namespace Aurora.Grains.Schedulers;

/// <summary>
/// Keeps the queue and the mesh's view of one pool, asks the pure planner, commits, and dispatches. Decides nothing itself.
/// </summary>
/// <remarks>
/// Reentrant, so that thousands of submits share one group commit. Why every interleaving is safe: the planner changes only
/// between awaits and reserves at once, so no two turns plan the same memory; every write is conditional on (task, attempt,
/// scheduler epoch) in the store; and after a write whose outcome is unknown the grain is rebuilt from the store.
/// Placed at random: by load, a silo that has lost its way to the database would be chosen again and again, for it has nothing to do.
/// </remarks>
[GrainType("aurora.scheduler")]
[KeepAlive]
[RandomPlacement]
[Reentrant]
internal sealed partial class SchedulerGrain(
    IGrainContext context,
    ITaskStore store,
    MeshInstruments instruments,
    MeshGauges gauges,
    IOptions<PlannerSettings> plannerSettings,
    IOptions<LeaseOptions> leaseOptions,
    INodeHooks hooks,
    IOptions<NodeHookOptions> hookOptions,
    TimeProvider clock,
    ILogger<SchedulerGrain> logger) : Grain, ISchedulerGrain, IMeshEventsGrain
{
    private const int RowsPerTurn = 1_000;
    private const int ManyRebuilt = 100_000;

    private readonly SteadyTime time = new(clock);
    private readonly MeshPlanner planner = new(plannerSettings.Value.Of(context.GrainId.Key.ToString()!));
    private readonly Dictionary<string, NodeEntry> nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NodeOutbox> outboxes = new(StringComparer.Ordinal);
    private readonly HashSet<string> watched = new(StringComparer.Ordinal);
    private long epoch;
    private long completedTasks;
    private DateTimeOffset countedAt;
    private DateTimeOffset begunAt;

    private int WaitingCount => planner.QueuedCount + backingOff.Count + dependencies.Count;

    // The key is made a string anew each time that it is asked for.
    private string Pool => field ??= this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        epoch = await StoreGuard.Read(store.AcquireSchedulerAsync(Pool, cancellationToken));
        events = new EventLog(epoch, EventsKept);
        await RebuildNodesAsync(cancellationToken);
        await foreach (var row in ReadSchedulableAsync(cancellationToken))
        {
            TakeUp(row);
        }

        instruments.BeginRare();
        await ReadSpentAsync(cancellationToken);
        HoldToBudget(time.GetUtcNow());
        await RenewGrantsAsync(time.GetUtcNow());
        this.RegisterGrainTimer(SweepAsync, leaseOptions.Value.SweepInterval, leaseOptions.Value.SweepInterval);
        this.RegisterGrainTimer(EndWaitsAsync, WaitTick, WaitTick);
        this.RegisterGrainTimer(WatchNodesAsync, leaseOptions.Value.HeartbeatInterval, leaseOptions.Value.HeartbeatInterval);
        if (planner.QueuedCount > ManyRebuilt)
        {
            // Reading them left more garbage than tasks. One pause now, while nothing can be placed yet, and not several later.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }

        LogRebuilt(Pool, epoch, planner.QueuedCount, planner.PlacedCount, nodes.Count, time.GetElapsedTime(started).TotalMilliseconds);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        StopObserving();
        return Task.CompletedTask;
    }

    public Task PingAsync() => Task.CompletedTask;

    public async Task<CancelOutcome> CancelAsync(string taskId)
    {
        var outcomes = await CommitAsync([new TaskOperation.Cancel(taskId, clock.GetUtcNow(), "cancelled on request") { DecidedUnder = epoch }]);
        if (!outcomes[0].Applied)
        {
            return await ReadAsync(store.GetAsync(taskId, CancellationToken.None)) switch
            {
                null => CancelOutcome.NotFound,
                { Phase: var phase } when phase.HasEnded() => CancelOutcome.AlreadyEnded,
                _ => throw Superseded(),
            };
        }

        Charged(outcomes[0].Row?.NodeId, taskId, outcomes[0]);
        planner.Dequeue(taskId);
        if (planner.FindPlacement(taskId) is { } placement)
        {
            planner.Release(taskId, placement.Attempt);
        }

        Forget(taskId);
        instruments.TaskFinished(outcomes[0].Row?.TaskType ?? "", "cancelled");
        if (outcomes[0].Row is { Members: not null, Phase: TaskPhase.Assigned or TaskPhase.Running } gang)
        {
            await StopAllAsync(gang.ToPlacement());
        }
        else if (outcomes[0].Row is { NodeId: { } nodeId, Phase: TaskPhase.Assigned or TaskPhase.Running } row)
        {
            await GrainFactory.GetGrain<INodeGrain>(nodeId).StopAsync(new AttemptId(taskId, row.Attempt));
        }

        NoteTask(MeshEventKinds.TaskCancelled, taskId, nodeId: outcomes[0].Row?.NodeId);
        PlaceWaiting();
        return CancelOutcome.Cancelled;
    }

    public async Task<bool> WatchAsync(string taskId)
    {
        if (planner.FindPlacement(taskId) is { } placement)
        {
            watched.Add(taskId);
            return placement.Gang is null
                ? await GrainFactory.GetGrain<INodeGrain>(placement.NodeId).WatchAsync(taskId)
                : await WatchGangAsync(placement);
        }

        var waits = planner.IsQueued(taskId) || backingOff.Contains(taskId) || dependencies.Contains(taskId);
        if (waits)
        {
            watched.Add(taskId);
        }

        return waits;
    }

    public Task<MeshView> GetMeshAsync()
    {
        var views = planner.Nodes.ToDictionary(view => view.Facts.NodeId, StringComparer.Ordinal);
        return Task.FromResult(new MeshView(
            [.. nodes.Values.OrderBy(node => node.NodeId, StringComparer.Ordinal)
                .Select(node => node.ToView(views.GetValueOrDefault(node.NodeId), time))],
            WaitingCount,
            planner.PlacedCount,
            completedTasks)
        {
            Pools =
            [
                new PoolStatusView(
                    Pool,
                    plannerSettings.Value.Of(Pool).Profile.ToString().ToLowerInvariant(),
                    nodes.Values.Count(node => node.Connected),
                    WaitingCount,
                    planner.PlacedCount,
                    completedTasks),
            ],
        });
    }

    public Task<string[]> GetTaskTypesAsync() => Task.FromResult<string[]>(
        [.. nodes.Values.SelectMany(node => node.Registration.TaskTypes).Distinct().Order(StringComparer.Ordinal)]);

    public async Task AttemptsEndedAsync(AttemptEnd[] ended)
    {
        List<string>? unknown = null;
        List<PendingTask>? outgrown = null;
        List<string>? uncounted = null;
        foreach (var end in ended)
        {
            if (end.IsOfMember)
            {
                planner.ReleaseMember(end.Attempt.TaskId, end.Attempt.Attempt, end.NodeId);
                continue;
            }

            nodes.TryGetValue(end.NodeId, out var node);
            var placement = end.Completed ? planner.FindPlacement(end.Attempt.TaskId) : null;
            if (end is { Lead: not null, Completed: false, IsStale: false } && planner.FindPlacement(end.Attempt.TaskId) is { } gang)
            {
                StopMembers(gang, end.Attempt.Attempt);
            }

            if (!end.IsStale)
            {
                Spend(end);
                NoteEnd(end);
            }

            if (end.RetryAt is not null || end.IsStale)
            {
                if (end is { IsStale: false, PreemptedFor: { } other })
                {
                    GoBack(end, other);
                }
                else if (GoOn(end, node) is { } hopeless)
                {
                    (outgrown ??= []).Add(hopeless);
                }

                if (!IsKnown(end.Attempt.TaskId))
                {
                    (unknown ??= []).Add(end.Attempt.TaskId);
                }

                continue;
            }

            if (!end.Completed)
            {
                planner.Release(end.Attempt.TaskId, end.Attempt.Attempt);
            }
            else if (planner.Complete(end.Attempt.TaskId, end.Attempt.Attempt, time.GetUtcNow()))
            {
                CountCompleted(placement!.Gang?.Select(member => member.NodeId) ?? [placement.NodeId]);
            }
            else
            {
                (uncounted ??= []).Add(end.Attempt.TaskId);
            }

            Forget(end.Attempt.TaskId);
        }

        foreach (var taskId in uncounted ?? [])
        {
            await CountUnlessCountedAsync(taskId);
        }

        if (outgrown is not null)
        {
            await GiveUpAsync([.. outgrown.Select(task => (task, OutOfMemoryIn(task)))]);
        }

        foreach (var taskId in unknown ?? [])
        {
            await TakeUpFromStoreAsync(taskId);
        }

        HoldToBudget(time.GetUtcNow());
        PlaceWaiting();
    }

    private async Task RebuildNodesAsync(CancellationToken cancellationToken)
    {
        (countedAt, begunAt) = (clock.GetUtcNow(), time.GetUtcNow());
        var completed = await StoreGuard.Read(store.CountCompletedAsync(Pool, cancellationToken));
        completedTasks = completed.Tasks;
        foreach (var row in await StoreGuard.Read(store.ListNodesAsync(cancellationToken)))
        {
            var entry = new NodeEntry(row.NodeId, NodeMapping.ParseRegistration(row.Registration), row.Epoch)
            {
                LastSeen = time.PastFromClock(row.RegisteredAt),
                CompletedTasks = completed.ByNode.GetValueOrDefault(row.NodeId),
                Cordoned = row.Cordoned,
                DrainDeadline = row.DrainDeadline is { } deadline ? time.FromClock(deadline) : null,
            };
            if (!entry.Pools.Contains(Pool))
            {
                continue;
            }

            entry.Health.Restore(row.QuarantinedUntil is { } until ? time.FromClock(until) : null, row.Quarantines, begunAt);
            nodes[row.NodeId] = entry;
            planner.UpsertNode(entry.ToFacts(), available: false);

            // A live node answers with a full report; a silent one starts its lease watch, and its attempts move on when it ends.
            GrainFactory.GetGrain<INodeGrain>(row.NodeId).EnsureActiveAsync().Ignore();
        }
    }

    /// <summary>
    /// Takes up every task that waits in the store and is not known here. There is none: the epoch is raised after the last
    /// insert under an older one and before the store is read. What is found all the same is a fault, and is logged as one.
    /// </summary>
    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var row in ReadSchedulableAsync(cancellationToken))
            {
                if (IsKnown(row.TaskId))
                {
                    continue;
                }

                // Tasks come and go while a page is read; only one that is still there was missed.
                if (await StoreGuard.Read(store.GetAsync(row.TaskId, cancellationToken)) is { } now && !now.Phase.HasEnded() && !IsKnown(row.TaskId))
                {
                    LogForgotten(now.TaskId, now.Phase);
                    instruments.TaskForgotten();
                    TakeUp(now);
                }
            }

            PlaceWaiting();
        }
        catch (MeshUnavailableException e)
        {
            Abandon("the sweep failed: " + e.Message);
        }
    }

    private bool IsKnown(string taskId) =>
        inserting.Contains(taskId) || backingOff.Contains(taskId) || dependencies.Contains(taskId) || planner.FindPlacement(taskId) is not null || planner.IsQueued(taskId);

    private void TakeUp(TaskRow row)
    {
        if (row.Pool != Pool)
        {
            // A repeated submit named another pool than the first: the task is that one's.
            return;
        }

        // All of these leave a task alone that is known already.
        Remember(row.TaskId, row.Retry);
        Remember(row.TaskId, ControlsMapping.Parse(row.Controls));
        if (row.Phase == TaskPhase.Queued && row.NotBefore > clock.GetUtcNow())
        {
            backingOff.Add(ByOwnTime(row.ToPending()), DueAfter(row.NotBefore.Value - clock.GetUtcNow(), notBefore: null));
        }
        else if (row.Phase == TaskPhase.Queued)
        {
            var task = ByOwnTime(row.ToPending());
            var since = time.PastFromClock(row.NotBefore > row.SubmittedAt ? row.NotBefore.Value : row.SubmittedAt);
            if (!HoldBack(task))
            {
                LimitQueueing(task, since);
                planner.Enqueue(task);
            }
        }
        else
        {
            var placement = row.ToPlacement();
            DateTimeOffset? startedAt = row.StartedAt is { } at ? time.PastFromClock(at) : null;
            planner.Restore(placement with { Task = ByOwnTime(placement.Task) }, startedAt ?? time.GetUtcNow());
            LimitAttempt(row.TaskId, row.Attempt, startedAt);
        }
    }

    private async IAsyncEnumerable<TaskRow> ReadSchedulableAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var taken = 0;
        await foreach (var row in StoreGuard.Read(store.ReadSchedulableAsync(Pool, cancellationToken)))
        {
            yield return row;
            if (++taken % RowsPerTurn == 0)
            {
                // Rows come as fast as they are taken, and other calls want their turn too.
                await Task.Yield();
            }
        }
    }
}
