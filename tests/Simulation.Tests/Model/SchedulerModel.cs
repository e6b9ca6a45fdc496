using Aurora.Scheduling.Lifecycle;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;

namespace Aurora.Simulation.Tests.Model;

/// <summary>
/// One activation of the scheduler, as SchedulerGrain is: the production planner, an epoch, and the rule that a write of
/// unknown outcome ends the activation. Several may live at once and each believe that it leads.
/// </summary>
internal sealed partial class SchedulerModel(World world) : Part(world)
{
    private const int DrainMax = 512;

    private readonly HashSet<string> inserting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Placement> placedWhileInserting = new(StringComparer.Ordinal);
    private readonly List<Action> waiting = [];
    private long epoch;
    private bool ready;

    public MeshPlanner Planner { get; } = new(new PlannerSettings());

    public void Activate() => World.Store.AcquireScheduler(
        this,
        acquired =>
        {
            epoch = acquired;
            World.Store.Read(
                this,
                () => (Nodes: World.Store.ListNodes(), Rows: OpenRows()),
                read =>
                {
                    RebuildNodes(read.Nodes);
                    read.Rows.ForEach(TakeUp);
                    ready = true;
                    After(WatchMs, WatchNodes);
                    waiting.ForEach(call => call());
                    waiting.Clear();
                    PlaceWaiting();
                },
                Abandon);
        },
        Abandon);

    /// <summary>A grain call: it waits for the activation, and is lost with it.</summary>
    public void Call(Action call) => Take(() =>
    {
        if (ready)
        {
            call();
        }
        else
        {
            waiting.Add(call);
        }
    });

    /// <param name="answer">True: accepted. False: somebody else must be asked.</param>
    public void Submit(PendingTask task, Action<bool> answer)
    {
        var isNew = !IsKnown(task.TaskId);
        var isGang = task.Shape.Nodes > 1;
        var placement = isNew && !isGang ? Planner.Submit(task, World.Clock) : null;
        if (isNew && isGang)
        {
            Planner.Enqueue(task);
        }

        if (isNew && placement is null)
        {
            inserting.Add(task.TaskId);
        }

        if (World.Bug == PlantedBug.AnswerBeforeCommit)
        {
            answer(true);
        }

        World.Store.Commit(
            this,
            [new Write(null, task, 0, placement, epoch)],
            outcomes =>
            {
                if (outcomes[0].Applied)
                {
                    Accepted(task, placement);
                    answer(true);
                    if (isGang)
                    {
                        PlaceWaiting();
                    }
                }
                else
                {
                    Existing(task, isNew, placement, answer);
                }

                CommitLatePlacements();
            },
            AfterUnknown(() => answer(false)));
    }

    public void Cancel(PendingTask task) => World.Store.Commit(
        this,
        [new Write(TaskEventKind.Cancelled, task, 0, SchedulerEpoch: epoch)],
        outcomes =>
        {
            if (!outcomes[0].Applied)
            {
                if (World.Store.Rows.TryGetValue(task.TaskId, out var open) && !open.HasEnded)
                {
                    // A newer scheduler has the pool.
                    Abandon();
                }

                return;
            }

            Planner.Dequeue(task.TaskId);
            if (Planner.FindPlacement(task.TaskId) is { } placement)
            {
                Planner.Release(task.TaskId, placement.Attempt);
            }

            if (World.Store.Rows[task.TaskId] is { NodeId: not null } row)
            {
                Stop(row.ToPlacement());
            }

            PlaceWaiting();
        },
        AfterUnknown(() => { }));

    public void AttemptsEnded(string nodeId, EndedAttempt[] ended)
    {
        foreach (var (key, isStale, isOfMember) in ended)
        {
            if (isOfMember)
            {
                Planner.ReleaseMember(key.Task, key.Attempt, nodeId);
                continue;
            }

            if (!isStale && Planner.FindPlacement(key.Task) is { Gang: not null } gang && gang.Attempt == key.Attempt)
            {
                StopMembers(gang);
            }

            Planner.Release(key.Task, key.Attempt);
            if (isStale && World.Bug != PlantedBug.BelieveStaleEnd)
            {
                TakeUpFromStore(key.Task);
            }
        }

        PlaceWaiting();
    }

    /// <summary>What it knows of a task, for people.</summary>
    public string Describe(string taskId) =>
        $"the scheduler of epoch {epoch} ({(ready ? "ready" : "activating")}, store at {World.Store.SchedulerEpoch}) has it "
        + (Planner.FindPlacement(taskId) is { } placement ? $"placed as attempt {placement.Attempt} on {placement.NodeId}"
            : Planner.FindQueued(taskId) is { } queued ? $"queued after attempt {queued.Attempt}" : inserting.Contains(taskId) ? "being inserted" : "not at all")
        + $"; it has {Planner.Nodes.Count(node => node.Available)} of {Planner.Nodes.Count} nodes open, {Planner.QueuedCount} queued, {Planner.PlacedCount} placed";

    /// <summary>Gives the activation up: the next one reads the truth.</summary>
    public void Abandon() => Die();

    private Action AfterUnknown(Action tell) => () =>
    {
        tell();
        if (World.Bug != PlantedBug.GoOnAfterUnknown)
        {
            Abandon();
        }
    };

    private void Accepted(PendingTask task, Placement? placement)
    {
        if (placement is null)
        {
            inserting.Remove(task.TaskId);
        }
        else
        {
            Dispatch(placement);
        }
    }

    private void Existing(PendingTask task, bool isNew, Placement? placement, Action<bool> answer) => World.Store.Read(
        this,
        () => World.Store.Rows.GetValueOrDefault(task.TaskId)?.Copy(),
        row =>
        {
            if (isNew)
            {
                inserting.Remove(task.TaskId);
                if (placedWhileInserting.Remove(task.TaskId, out var early))
                {
                    Planner.Release(task.TaskId, early.Attempt);
                }

                Planner.Dequeue(task.TaskId);
                if (placement is not null)
                {
                    Planner.Release(task.TaskId, placement.Attempt);
                }
            }

            answer(row is not null);
            if (row is null)
            {
                // Neither inserted nor there: the fence refused it, and a newer scheduler has the pool.
                Abandon();
            }
            else if (!row.HasEnded && World.Bug != PlantedBug.ForgetRepeated)
            {
                TakeUp(row);
                PlaceWaiting();
            }
        },
        () => answer(false));

    private void PlaceWaiting()
    {
        if (Alive && Planner.QueuedCount > 0)
        {
            Commit(Planner.Drain(World.Clock, DrainMax));
        }
    }

    private void CommitLatePlacements()
    {
        var ready = placedWhileInserting.Values.Where(placement => !inserting.Contains(placement.Task.TaskId)).ToList();
        ready.ForEach(placement => placedWhileInserting.Remove(placement.Task.TaskId));
        Commit(ready);
    }

    private void Commit(IReadOnlyList<Placement> placements)
    {
        foreach (var early in placements.Where(placement => inserting.Contains(placement.Task.TaskId)))
        {
            placedWhileInserting[early.Task.TaskId] = early;
        }

        var ready = placements.Where(placement => !inserting.Contains(placement.Task.TaskId)).ToList();
        if (ready.Count == 0)
        {
            return;
        }

        World.Store.Commit(
            this,
            [.. ready.Select(placement => new Write(TaskEventKind.Assigned, placement.Task, placement.Attempt, placement, epoch))],
            outcomes =>
            {
                for (var index = 0; index < ready.Count; index++)
                {
                    if (outcomes[index].Applied)
                    {
                        Dispatch(ready[index]);
                    }
                    else
                    {
                        Relearn(ready[index], wasPlaced: false);
                    }
                }

                if (outcomes.Any(outcome => !outcome.Applied))
                {
                    PlaceWaiting();
                }
            },
            AfterUnknown(() => { }));
    }

    /// <summary>
    /// A write was refused: forgets what was believed and takes up what the store says. A task that is exactly as it was
    /// believed to be can only have met the fence: a newer scheduler has the pool.
    /// </summary>
    private void Relearn(Placement believed, bool wasPlaced)
    {
        Planner.Release(believed.Task.TaskId, believed.Attempt);
        if (World.Bug == PlantedBug.ForgetRefused)
        {
            return;
        }

        World.Store.Read(
            this,
            () => World.Store.Rows.GetValueOrDefault(believed.Task.TaskId)?.Copy(),
            row =>
            {
                if (row is null || row.HasEnded || IsKnown(row.Task.TaskId))
                {
                    return;
                }

                var isAsBelieved = wasPlaced
                    ? row.IsPlaced && row.Attempt == believed.Attempt && row.NodeId == believed.LeadNode() && row.NodeEpoch == (believed.Gang?[0].NodeEpoch ?? believed.NodeEpoch)
                    : row.Phase == TaskPhase.Queued && row.Attempt == believed.Attempt - 1;
                if (isAsBelieved)
                {
                    Abandon();
                    return;
                }

                TakeUp(row);
                PlaceWaiting();
            },
            Abandon);
    }

    private void Dispatch(Placement placement)
    {
        if (Planner.FindPlacement(placement.Task.TaskId)?.Attempt == placement.Attempt)
        {
            foreach (var nodeId in placement.OpenNodes())
            {
                SendTo(placement.On(nodeId));
            }
        }
    }

    private void SendTo(Placement placement) => World.Send(() => World.Node(placement.NodeId).Assign(new Order(placement), placement.NodeEpoch, this));

    private void StopMembers(Placement placement)
    {
        if (placement.Gang is not null && World.Bug != PlantedBug.LetMembersRun)
        {
            Stop(placement);
        }
    }

    private void Stop(Placement placement)
    {
        foreach (var nodeId in placement.OpenNodes())
        {
            World.Send(() => World.Node(nodeId).Stop(new AttemptKey(placement.Task.TaskId, placement.Attempt)));
        }
    }

    /// <summary>The attempt ended and its task may not have: somebody put it back in line before.</summary>
    private void TakeUpFromStore(string taskId) => World.Store.Read(
        this,
        () => World.Store.Rows.GetValueOrDefault(taskId)?.Copy(),
        row =>
        {
            if (row is { HasEnded: false } && !IsKnown(taskId))
            {
                TakeUp(row);
                PlaceWaiting();
            }
        },
        Abandon);

    private bool IsKnown(string taskId) =>
        inserting.Contains(taskId) || Planner.FindPlacement(taskId) is not null || Planner.FindQueued(taskId) is not null;

    private void TakeUp(StoredRow row)
    {
        if (row.Phase == TaskPhase.Queued)
        {
            Planner.Enqueue(row.Task with { Attempt = row.Attempt });
        }
        else
        {
            var placement = row.ToPlacement();
            Planner.Restore(World.Bug == PlantedBug.ForgetMembers ? placement with { Gang = null } : placement, World.Clock);
        }
    }

    private List<StoredRow> OpenRows() => [.. World.Store.Rows.Values.Where(row => !row.HasEnded).Select(row => row.Copy())];
}
