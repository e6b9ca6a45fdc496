using System.Diagnostics;
using Aurora.Scheduling.Cost;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Queueing;
using Aurora.Scheduling.QueuePolicy;
using Aurora.Scheduling.Routing;
using Aurora.Scheduling.Scoring;
using Aurora.Scheduling.Sharing;

namespace Aurora.Scheduling.Planning;

/// <summary>
/// The planner of one pool. A newcomer never takes a place that a waiting task with an earlier turn could have: while
/// freed capacity is not drained yet, such a newcomer is queued and the next drain decides. No capacity is held back
/// for a task that fits nowhere yet: what comes free goes to whoever fits.
/// </summary>
public sealed partial class MeshPlanner : IMeshPlanner
{
    private readonly Dictionary<string, PlacedTask> placed = new(StringComparer.Ordinal);
    private readonly NodeVocabulary vocabulary = new();
    private readonly NodeTable nodes;
    private readonly WaitingTasks waiting;
    private readonly FreedCapacity freed;
    private readonly Reach reach;
    private readonly PlacementChooser chooser;
    private readonly WaitingReason reason;
    private readonly PlacementExplainer explainer;
    private readonly PlannerSettings settings;
    private readonly PackingView? packing;
    private readonly SmallestChange smallestChange;
    private readonly FairShares shares;
    private readonly ServiceTurns? service;
    private DurationBook durations = new();
    private readonly SessionTable sessions = new(SessionTable.DefaultCapacity);

    /// <summary>A planner without nodes and tasks. Throws <see cref="ArgumentException"/> on a setting out of range.</summary>
    public MeshPlanner(PlannerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        nodes = new NodeTable(new GpuPowerTable(settings.GpuTeraflops), vocabulary);
        service = settings.Queue is QueueProfile.LeastAttained ? new ServiceTurns(QueueProfiles.LeastAttained, shape => durations.Expect(shape)) : null;
        shares = new FairShares(settings.AgingStep, settings.AgingStep, settings.Queue is not QueueProfile.Priority, service is not null);
        waiting = new WaitingTasks(settings.AgingStep, vocabulary, shares, service);
        reach = new Reach(nodes);
        this.settings = settings;
        ownedBid = settings.OwnedOverbooking is { } overbooking ? new OwnedBid(overbooking) : null;
        packing = settings.Profile is PlacementProfile.Pack || settings.TasksMayChooseProfile ? new PackingView(nodes, reach) : null;
        chooser = new PlacementChooser(nodes, reach, packing);
        freed = new FreedCapacity(nodes, waiting, reach, shares);
        reason = new WaitingReason(nodes, waiting, reach);
        smallestChange = new SmallestChange(nodes, waiting, chooser, reach);
        foreach (var (tenant, policy) in settings.Tenants)
        {
            SetTenant(tenant, policy);
        }

        explainer = new PlacementExplainer(nodes, waiting, reach, chooser, reason, smallestChange, settings);
    }

    /// <inheritdoc/>
    public int QueuedCount => waiting.Count;

    /// <summary>How many wait by task type and priority, and since when. Visits everything that waits.</summary>
    public IReadOnlyCollection<WaitingCount> CountQueued() => waiting.Counts();

    /// <inheritdoc/>
    public int PlacedCount => placed.Count;

    /// <inheritdoc/>
    public IReadOnlyCollection<NodeView> Nodes =>
        [.. nodes.Nodes.OrderBy(node => node.Facts.NodeId, StringComparer.Ordinal).Select(node => node.View())];

    /// <inheritdoc/>
    public void UpsertNode(NodeFacts facts, bool available)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var node = nodes.Find(facts.NodeId);
        if (node is not null && facts.Epoch < node.Facts.Epoch)
        {
            return;
        }

        node ??= nodes.Add(facts);
        if (facts.Epoch > node.Facts.Epoch)
        {
            // What an earlier registration measured says nothing about this one.
            node.Load = TrackedNode.NoLoad;
            node.Ledger.Observe(node.Load);
        }

        node.Joined = true;
        node.Available = available;
        node.Ledger.ReplaceFacts(facts);
        nodes.RenewFacts(node);
        packing?.Forget();
        freed.NodeLost(node.Ordinal);
        freed.NodeGained(node.Ordinal);
    }

    /// <inheritdoc/>
    public void ObserveLoad(string nodeId, NodeLoad load)
    {
        ArgumentNullException.ThrowIfNull(load);
        if (nodes.Find(nodeId) is { } node)
        {
            node.Load = load;
            node.Ledger.Observe(load);
            Renew(node);
        }
    }

    /// <inheritdoc/>
    public void SetAvailable(string nodeId, bool available)
    {
        // A node that is known only from a placement has announced nothing that a task could use.
        if (nodes.Find(nodeId) is { } node && node.Available != available)
        {
            node.Available = available;
            Renew(node);
        }
    }

    /// <inheritdoc/>
    public Placement? Submit(PendingTask task, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (Holds(task.TaskId))
        {
            return null;
        }

        shares.Tell(now);
        task = WithSlack(WithExpectedDuration(task));
        WakeFirstFor(task);
        if (freed.Earliest() is { } earliest && (TakesTurnsWith(earliest, task) || earliest.Key.CompareTo(waiting.KeyOf(task)) < 0))
        {
            PutInLineUntried(task);
            return null;
        }

        packing?.Expect(waiting.ClassOf(task.Shape), task.Shape.MemoryBytesPerGpu);
        foreach (var shape in task.Shapes)
        {
            // Where one that needs no more waits in vain, this one fits only where capacity came free since.
            var shapes = waiting.ClassOf(shape);
            if (shapes.Account.IsFull(shapes.GpusInAll))
            {
                shapes.Account.HeldBack.Add(shapes);
                continue;
            }

            var waitsInVain = shapes is { Count: > 0, Reach.Untried: false } && shapes.Lines.SmallestNeed <= shape.MemoryBytesPerGpu;
            if (TryPlace(ReferenceEquals(shape, task.Shape) ? task : task with { Shape = shape }, shapes, waitsInVain ? freed.Nodes : null, now) is { } placement)
            {
                return placement;
            }
        }

        PutInLine(task);
        return null;
    }

    /// <inheritdoc/>
    public void Enqueue(PendingTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (!Holds(task.TaskId))
        {
            PutInLineUntried(WithSlack(WithExpectedDuration(task)));
        }
    }

    /// <inheritdoc/>
    public void Restore(Placement placement, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(placement);
        shares.Tell(now);
        if (Holds(placement.Task.TaskId))
        {
            return;
        }

        var node = FindOrAdd(placement.NodeId, placement.NodeEpoch);
        placement = placement with { Task = waiting.ClassOf(placement.Task.Shape).ShareShape(placement.Task), NodeId = node.Facts.NodeId };
        var task = new PlacedTask(placement, node, settings.PolicyOf(placement.Task, now), now);
        placed.Add(task.TaskId, task);
        if (placement.Gang is null)
        {
            TakeOver(node, task, placement.Task.Shape);
        }
        else
        {
            TakeOverGang(placement);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Placement> Drain(DateTimeOffset now, int limit)
    {
        shares.Tell(now);
        LetRent(now);
        var placements = new List<Placement>();
        while (placements.Count < limit)
        {
            if (freed.Earliest() is not { } next)
            {
                if (TakeTurnAtKeptPlace(now) is { } turn)
                {
                    placements.Add(turn);
                    continue;
                }

                freed.Settle();
                break;
            }

            waiting.Remove(next);
            placements.Add(
                TryPlace(next, now) ?? throw new UnreachableException($"{next.Task.TaskId} was within reach and fits nowhere."));
        }

        return placements;
    }

    /// <inheritdoc/>
    public bool Release(string taskId, int attempt) => TryFree(taskId, attempt) is not null;

    /// <inheritdoc/>
    public bool Complete(string taskId, int attempt, DateTimeOffset now)
    {
        shares.Tell(now);
        if (TryFree(taskId, attempt) is not { } task)
        {
            return false;
        }

        durations.Observe(task.Placement.Task.Shape, now - task.At);
        return true;
    }

    /// <inheritdoc/>
    public bool Dequeue(string taskId)
    {
        if (waiting.Find(taskId) is not { } entry)
        {
            return false;
        }

        waiting.Remove(entry);
        return true;
    }

    /// <inheritdoc/>
    public bool Requeue(string taskId, int attempt, string? avoid = null)
    {
        if (TryFree(taskId, attempt) is not { } freedTask)
        {
            return false;
        }

        Enqueue(ServedBy(freedTask) with { Attempt = attempt, AvoidNode = avoid ?? freedTask.Placement.NodeId, PreemptedFor = null });
        return true;
    }

    /// <inheritdoc/>
    public bool RequeuePreempted(string taskId, int attempt, string? forTask)
    {
        if (TryFree(taskId, attempt) is not { } freedTask)
        {
            return false;
        }

        Enqueue(ServedBy(freedTask) with { Attempt = attempt, AvoidNode = null, PreemptedFor = forTask });
        return true;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Placement> PlacementsOn(string nodeId)
    {
        if (nodes.Find(nodeId) is not { } node)
        {
            return [];
        }

        return [.. AttemptsOn(node).Select(task => task.Placement.On(nodeId))];
    }

    /// <summary>Attempts that a node holds, of this pool and of others.</summary>
    public int CountOn(string nodeId) => nodes.Find(nodeId) is { } node ? node.Ledger.HeldCount + node.Ledger.ForeignCount : 0;

    /// <inheritdoc/>
    public Placement? FindPlacement(string taskId) => placed.GetValueOrDefault(taskId)?.Placement;

    /// <inheritdoc/>
    public PendingTask? FindQueued(string taskId) => waiting.Find(taskId)?.Task;

    /// <inheritdoc/>
    public bool IsQueued(string taskId) => waiting.Contains(taskId);

    private void PutInLineUntried(PendingTask task)
    {
        PutInLine(task);
        foreach (var shape in task.Shapes)
        {
            freed.PutInLineUntried(waiting.ClassOf(shape));
        }
    }

    private bool Holds(string taskId) => placed.ContainsKey(taskId) || waiting.Contains(taskId);

    private Placement? TryPlace(QueueEntry entry, DateTimeOffset now)
    {
        if (entry.Places is null)
        {
            return TryPlace(entry.Task, entry.Line.Shapes, freed.For(entry.Line.Shapes), now);
        }

        Placement? placement = null;
        foreach (var place in entry.Places.Where(place => !place.Line.Shapes.Account.IsFull(place.Line.Shapes.GpusInAll)))
        {
            placement ??= TryPlace(place.Task, place.Line.Shapes, freed.For(place.Line.Shapes), now);
        }

        return placement;
    }

    private Placement? TryPlace(PendingTask task, ShapeClass shapes, IReadOnlyList<int>? among, DateTimeOffset now)
    {
        var bytes = task.Shape.MemoryBytesPerGpu;
        var policy = settings.PolicyOf(task, now);
        var avoid = task.AvoidNode is { } avoided ? nodes.Find(avoided)?.Ordinal : null;
        if (shapes.Nodes > 1)
        {
            return among is { Count: 0 } ? null : TryPlaceGang(task, shapes, policy, avoid, now);
        }

        var choice = sessions.Find(task.Session) is { } home && home != avoid
            ? chooser.ChooseOn(home, shapes, bytes, policy)
            : null;
        choice ??= ChooseFreely(shapes, bytes, policy, CheapestInTime(task, shapes, among, avoid, now) ?? among, avoid);
        if (choice is null && avoid is { } last)
        {
            choice = among is null || among.Contains(last) ? chooser.ChooseOn(last, shapes, bytes, policy) : null;
        }

        if (choice is null)
        {
            return null;
        }

        var node = nodes.Nodes[choice.Node];
        task = shapes.ShareShape(task);
        var placement = new Placement(task, task.Attempt + 1, node.Facts.NodeId, node.Facts.Epoch, choice.Gpus);
        var attempt = new PlacedTask(placement, node, policy, now) { Terms = chooser.TermsOf(choice, shapes, bytes, policy) };
        placed.Add(task.TaskId, attempt);
        sessions.Remember(task.Session, choice.Node);
        Reserve(node, attempt, task, shapes.Account);
        return placement;
    }

    private PlacedTask? TryFree(string taskId, int attempt)
    {
        if (!placed.TryGetValue(taskId, out var task) || task.Placement.Attempt != attempt)
        {
            return null;
        }

        placed.Remove(taskId);
        if (task.Placement.Gang is null)
        {
            Free(task.Node, task.Placement, task.Placement.Gpus);
        }
        else
        {
            FreeGang(task.Placement);
        }

        return task;
    }
}
