using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Events;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Grains.Tasks;
using Aurora.Scheduling.Lifecycle;
using Aurora.Scheduling.Model;
using Aurora.Storage;

namespace Aurora.Grains.Schedulers;

/// <summary>Accepting, placing and dispatching.</summary>
internal sealed partial class SchedulerGrain
{
    private const int PlaceBatch = 512;

    // Inside the 50 ms that a dispatch may take. Below 2,000 calls a second nothing waits.
    private static readonly TimeSpan DispatchWindow = TimeSpan.FromMilliseconds(30);
    private const int DispatchesAtOnce = 60;

    // Placements on their way to the store at once. More would not be committed sooner, and a mesh that comes up with a long queue has a
    // hundred thousand free places: each placement holds its task's row until its commit is answered.
    private const int CommittingMax = 16 * PlaceBatch;

    // Waiting tasks whose insert is not committed yet. One may be placed meanwhile; its assignment is committed after.
    private readonly HashSet<string> inserting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Placement> placedWhileInserting = new(StringComparer.Ordinal);
    private readonly HashSet<string> filledOutboxes = new(StringComparer.Ordinal);
    private readonly CallPace pace = new(clock, DispatchWindow, DispatchesAtOnce);
    private int filledOrders;
    private bool gathering;
    private int committing;
    private bool placesLater;

    private async Task<SubmitOutcome[]> TakeAsync(NewTask[] tasks)
    {
        var placements = new Placement?[tasks.Length];
        var operations = new TaskOperation[tasks.Length];
        var isNew = new bool[tasks.Length];
        var hasGang = false;
        planner.PlacesInRuns = pace.IsFlooded;
        for (var i = 0; i < tasks.Length; i++)
        {
            var taskId = tasks[i].TaskId;
            isNew[i] = !IsKnown(taskId);
            var submittedAt = NextSubmittedAt();
            if (isNew[i])
            {
                Remember(taskId, tasks[i].Spec.Controls);
                var task = ToPending(tasks[i], submittedAt, countsContext: plannerSettings.Value.FirstTokenWithin is not null);
                hasGang |= task.Shape.Nodes > 1;
                placements[i] = Place(task);
            }

            operations[i] = new TaskOperation.Insert(tasks[i].ToRow(StoredAt(submittedAt), placements[i]), epoch) { Price = PriceOf(placements[i]) };
        }

        planner.PlacesInRuns = false;
        var committed = await CommitAsync(operations);
        var outcomes = new SubmitOutcome[tasks.Length];
        for (var i = 0; i < tasks.Length; i++)
        {
            outcomes[i] = committed[i].Applied
                ? Accepted(tasks[i], placements[i])
                : await ExistingAsync(tasks[i], isNew[i], placements[i]);
        }

        FlushOutboxes();
        CommitLatePlacements();
        if (hasGang)
        {
            PlaceWaiting();
        }

        return outcomes;
    }

    private Placement? Place(PendingTask task)
    {
        if (HoldBack(task))
        {
            inserting.Add(task.TaskId);
            return null;
        }

        if (task.Shape.Nodes > 1)
        {
            // It is written queued first and assigned to all its nodes next: most tasks pay nothing for the members of some.
            inserting.Add(task.TaskId);
            planner.Enqueue(task);
            return null;
        }

        var started = time.GetTimestamp();
        var placement = planner.Submit(task, task.SubmittedAt);
        instruments.Selected(time.GetElapsedTime(started));
        if (placement is null)
        {
            inserting.Add(task.TaskId);
        }

        return placement;
    }

    private SubmitOutcome Accepted(NewTask task, Placement? placement)
    {
        instruments.TaskSubmitted(task.Spec.TaskType, task.Spec.Priority);
        NoteTask(MeshEventKinds.TaskSubmitted, task.TaskId, detail: task.Spec.TaskType);
        Remember(task.TaskId, RetryState.Fresh with { MaxAttempts = task.Spec.MaxAttempts });
        if (task.Watched)
        {
            watched.Add(task.TaskId);
        }

        if (placement is null)
        {
            inserting.Remove(task.TaskId);
            if (dependencies.Find(task.TaskId) is var (_, after))
            {
                return new SubmitOutcome(task.TaskId, "queued", Node: null, Awaiting(after));
            }

            if (task.Spec.Controls is not null && planner.FindQueued(task.TaskId) is { } queued)
            {
                LimitQueueing(queued, queued.SubmittedAt);
                return new SubmitOutcome(task.TaskId, "queued", Node: null, planner.WhyWaiting(queued));
            }

            return new SubmitOutcome(task.TaskId, "queued", Node: null, planner.WhyWaiting(task.Spec.ToShapes()));
        }

        Dispatch(placement, task.Spec.Requirements, task.Spec.Payload, task.Spec.Priority);
        return new SubmitOutcome(task.TaskId, "assigned", placement.NodeId, Message: null);
    }

    /// <summary>The id is taken: a repeated submit, which is answered with what became of the first.</summary>
    private async Task<SubmitOutcome> ExistingAsync(NewTask task, bool isNew, Placement? placement)
    {
        var taskId = task.TaskId;
        var row = await ReadAsync(store.GetAsync(taskId, CancellationToken.None));
        if (isNew)
        {
            // The planner learnt of the task just now, from the repeat; what it really is was decided before, or by a second
            // repeat that overtook this one.
            inserting.Remove(taskId);
            if (placedWhileInserting.Remove(taskId, out var early))
            {
                planner.Release(taskId, early.Attempt);
            }

            planner.Dequeue(taskId);
            dependencies.Remove(taskId);
            controls.Remove(taskId);
            if (placement is not null)
            {
                planner.Release(taskId, placement.Attempt);
            }
        }

        if (row is null)
        {
            throw Superseded();
        }

        if (isNew && !row.Phase.HasEnded())
        {
            TakeUp(row);
            PlaceWaiting();
        }

        if (row.RequestHash != task.RequestHash)
        {
            return new SubmitOutcome(taskId, "conflict", Node: null, "the idempotency key belongs to another request");
        }

        return row.Phase == TaskPhase.Queued
            ? new SubmitOutcome(taskId, "queued", Node: null, "accepted before") { IsRepeat = true }
            : new SubmitOutcome(taskId, "assigned", row.NodeId, "accepted before") { IsRepeat = true };
    }

    private void PlaceWaiting()
    {
        if (planner.QueuedCount == 0 || abandoned)
        {
            return;
        }

        while (true)
        {
            placesLater = committing >= CommittingMax;
            if (placesLater)
            {
                return;
            }

            var started = time.GetTimestamp();
            var placements = planner.Drain(time.GetUtcNow(), PlaceBatch);
            if (placements.Count > 0)
            {
                instruments.Selected(time.GetElapsedTime(started) / placements.Count);
                _ = CommitPlacementsAsync(placements);
            }

            if (placements.Count < PlaceBatch)
            {
                return;
            }
        }
    }

    private void CommitLatePlacements()
    {
        if (placedWhileInserting.Count > 0)
        {
            var ready = placedWhileInserting.Values.Where(placement => !inserting.Contains(placement.Task.TaskId)).ToList();
            foreach (var placement in ready)
            {
                placedWhileInserting.Remove(placement.Task.TaskId);
            }

            _ = CommitPlacementsAsync(ready);
        }
    }

    private async Task CommitPlacementsAsync(IReadOnlyList<Placement> placements)
    {
        var ready = new List<Placement>(placements.Count);
        foreach (var placement in placements)
        {
            if (inserting.Contains(placement.Task.TaskId))
            {
                placedWhileInserting[placement.Task.TaskId] = placement;
            }
            else
            {
                ready.Add(placement);
            }
        }

        if (ready.Count == 0)
        {
            return;
        }

        try
        {
            var committed = await AssignAsync(ready);
            for (var i = 0; i < ready.Count; i++)
            {
                if (committed[i] is { Applied: true, Row: { } row })
                {
                    Dispatch(ready[i], row.Requirements ?? "{}", row.Payload ?? "{}", row.Priority);
                }
                else
                {
                    // Cancelled meanwhile, or a newer scheduler decided: in both cases the place is free.
                    await RelearnAsync(ready[i], wasPlaced: false);
                }
            }

            FlushOutboxes();
            if (placesLater || committed.Any(outcome => !outcome.Applied))
            {
                PlaceWaiting();
            }
        }
        catch (MeshUnavailableException)
        {
            // The activation was given up; the next one reads the truth.
        }
    }

    private TaskOperation ToAssign(Placement placement) => placement.Gang is { } gang
        ? new TaskOperation.AssignGang(placement.Task.TaskId, placement.Attempt, gang, epoch) { Price = PriceOf(placement) }
        : new TaskOperation.Assign(placement.Task.TaskId, placement.Attempt, placement.NodeId, placement.NodeEpoch, placement.Gpus, epoch) { Price = PriceOf(placement) };

    private async Task<OperationOutcome[]> AssignAsync(List<Placement> placements)
    {
        committing += placements.Count;
        try
        {
            return await CommitAsync([.. placements.Select(ToAssign)]);
        }
        finally
        {
            committing -= placements.Count;
        }
    }

    private void Dispatch(Placement placement, string requirements, string payload, int priority)
    {
        if (planner.FindPlacement(placement.Task.TaskId)?.Attempt != placement.Attempt)
        {
            return;
        }

        NoteTask(
            MeshEventKinds.TaskPlaced, placement.Task.TaskId, placement.Attempt, placement.NodeId,
            placement.Gang is { } gang ? $"on {gang.Count} nodes: {string.Join(", ", gang.Select(member => member.NodeId))}" : null);
        MeasurePlacement(placement);
        LimitAttempt(placement.Task.TaskId, placement.Attempt, startedAt: null);
        if (placement.Gang is null)
        {
            Send(placement, requirements, payload, priority);
            return;
        }

        foreach (var nodeId in placement.OpenNodes())
        {
            Send(placement.On(nodeId), requirements, payload, priority);
        }
    }

    /// <summary>Puts one node's order on its way.</summary>
    private void Send(Placement placement, string requirements, string payload, int priority)
    {
        var taskId = placement.Task.TaskId;
        OutboxOf(placement.NodeId).Add(
            new AttemptAssignment(
                taskId,
                placement.Attempt,
                placement.Task.Shape.TaskType,
                priority,
                placement.Gpus as int[] ?? [.. placement.Gpus],
                placement.Task.Shape.MemoryBytesPerGpu,
                Shared(requirements),
                Shared(payload),
                time.ToClock(placement.Task.SubmittedAt))
            {
                History = HistoryOf(taskId).ToHistory(),
                Controls = controls.GetValueOrDefault(taskId),
                Pool = Pool,
                Gang = placement.Gang is null ? null : placement.ToGang(placement.NodeId, AddressOf),
            },
            placement.NodeEpoch,
            time.GetTimestamp());
        filledOutboxes.Add(placement.NodeId);
        filledOrders++;
    }

    // What a row has of a task that says nothing is a string of its own, and is kept as long as the attempt runs.
    private static string Shared(string json) => json == "{}" ? "{}" : json;

    private void FlushOutboxes()
    {
        if (filledOutboxes.Count == 0 || gathering)
        {
            return;
        }

        var wait = pace.Wait();
        if (wait == TimeSpan.Zero)
        {
            FlushFilledOutboxes();
        }
        else
        {
            gathering = true;
            _ = FlushLaterAsync(wait);
        }
    }

    private async Task FlushLaterAsync(TimeSpan wait)
    {
        await Task.Delay(wait, time);
        gathering = false;
        FlushFilledOutboxes();
    }

    private void FlushFilledOutboxes()
    {
        pace.Sent(filledOutboxes.Count, filledOrders);
        filledOrders = 0;
        foreach (var nodeId in filledOutboxes)
        {
            outboxes[nodeId].Flush();
        }

        filledOutboxes.Clear();
    }

    private NodeOutbox OutboxOf(string nodeId)
    {
        if (!outboxes.TryGetValue(nodeId, out var outbox))
        {
            outbox = new NodeOutbox(
                GrainFactory.GetGrain<INodeGrain>(nodeId),
                attempt => planner.FindPlacement(attempt.TaskId)?.Attempt == attempt.Attempt,
                watched.Contains,
                (order, since) => MeasureDispatch(nodeId, order, since),
                refusal => AssignmentRefusedAsync(nodeId, refusal));
            outboxes.Add(nodeId, outbox);
        }

        return outbox;
    }
}
