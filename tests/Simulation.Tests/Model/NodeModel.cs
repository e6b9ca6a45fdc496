using Aurora.Scheduling.Accounting;
using Aurora.Scheduling.Lifecycle;
using Aurora.Scheduling.Model;

namespace Aurora.Simulation.Tests.Model;

/// <summary>
/// The virtual actor of a node, as NodeGrain is: the production ledger, the attempts it holds, the lease. One join at a
/// time; everything else interleaves with it.
/// </summary>
internal sealed class NodeModel(World world, string id) : Part(world)
{
    private const int TickMs = 1000;
    private const int PushGraceMs = 2000;
    private static readonly NodeLeaseSettings LeaseSettings = new() { SilentAfter = TimeSpan.FromSeconds(4), LeaseDuration = TimeSpan.FromSeconds(10) };

    private readonly Dictionary<string, Held> held = new(StringComparer.Ordinal);
    private readonly Queue<Action<Action>> waiting = new();
    private NodeFacts? facts;
    private AgentModel? agent;
    private bool busy;
    private bool joined;
    private bool watching;
    private long epoch;
    private long lastSeen;
    private int life;

    public string Id => id;

    public GpuLedger Ledger { get; private set; } = new(new NodeFacts(id, 0, [], 1, new HashSet<string>()));

    /// <summary>What it believes, for people.</summary>
    public string Describe() => $"{id}: epoch {epoch}, {(joined ? "joined" : "not joined")}, {(watching ? "watching" : "not watching")}, {(busy ? "busy" : "idle")}, holds {held.Count}";

    public void Activate()
    {
        if (World.Store.FindNode(id) is { } row)
        {
            epoch = row.Epoch;
            facts = row.Facts;
            WatchLease();
        }
    }

    public void Join(AgentModel newAgent, int ofLife, AttemptKey[] inventory) => Call(done => World.Store.RegisterNode(
        this,
        newAgent.Facts,
        newEpoch => World.Store.Read(
            this,
            () => inventory.Select(key => World.Store.Rows.GetValueOrDefault(key.Task)?.Copy()).ToArray(),
            rows =>
            {
                // Other calls come in between; nothing is changed before all of it is known.
                var stop = BecomeJoined(newAgent, newEpoch, ofLife, inventory, rows);
                World.SendOver(newAgent, () => newAgent.Take(() => newAgent.Joined(newEpoch, stop)));
                done();
            },
            Die),

        // It may have happened, and under an unknown epoch nothing is judged rightly: the next activation reads it.
        Die));

    public void Heartbeat(AgentModel from, long ofEpoch, AttemptKey[] names) => Take(() =>
    {
        if (!joined || ofEpoch != epoch)
        {
            World.SendOver(from, () => from.Take(() => from.BeatAnswered(known: false, [], [])));
            return;
        }

        lastSeen = World.Now;
        var named = names.ToHashSet();
        var start = held.Values.Where(attempt => !attempt.Ending && World.Now - attempt.PushedAt > PushGraceMs && !named.Contains(attempt.Order.Key)).ToList();
        start.ForEach(attempt => attempt.PushedAt = World.Now);
        List<Order> orders = [.. start.Select(attempt => attempt.Order)];
        List<AttemptKey> stop = [.. named.Where(key => !Holds(key))];
        Tell(withFacts: false);
        World.SendOver(from, () => from.Take(() => from.BeatAnswered(known: true, orders, stop)));
    });

    public void Assign(Order order, long nodeEpoch, SchedulerModel by) => Take(() =>
    {
        if (RefusalOf(order, nodeEpoch) is { } refusal)
        {
            World.Send(() => by.Call(() => by.Refused(id, order.Key, refusal)));
            return;
        }

        held[order.Key.Task] = new Held(order) { OrderedAt = World.Now, PushedAt = World.Now };
        var to = agent!;
        World.SendOver(to, () => to.Take(() => to.Order([order])));
    });

    public void Stop(AttemptKey key) => Take(() =>
    {
        if (Holds(key))
        {
            Drop(key.Task);
        }

        if (joined && agent is { } to)
        {
            World.SendOver(to, () => to.Take(() => to.Stop([key])));
        }
    });

    public void EnsureActive() => Take(() =>
    {
        if (joined)
        {
            Tell(withFacts: true);
        }
        else if (facts is not null && World.Bug != PlantedBug.TellOfLossOnce)
        {
            // A scheduler that asks may not have heard of the loss: it is told again when the lease is over again.
            WatchLease();
        }
    });

    public void Report(AgentModel from, long ofEpoch, KeyValuePair<AttemptKey, TaskEventKind>[] reports) => Take(() =>
    {
        if (ofEpoch == epoch)
        {
            lastSeen = World.Now;
        }

        foreach (var (key, _) in reports)
        {
            if (Holds(key))
            {
                held[key.Task].Ending = true;
            }
        }

        // What this ledger does not know the committed row judges: the node is looked at, the attempt is fenced.
        World.Store.Read(
            this,
            () => reports.Select(report => World.Store.Rows.GetValueOrDefault(report.Key.Task)?.Copy()).ToArray(),
            rows => CommitEnds(from, [.. reports.Where((report, index) => Holds(report.Key) || rows[index]?.IsOn(id) == true)], [.. reports.Select(report => report.Key)]),
            () => NotEnding(reports));
    });

    private void CommitEnds(AgentModel from, KeyValuePair<AttemptKey, TaskEventKind>[] ends, AttemptKey[] answered) => World.Store.Commit(
        this,
        [.. ends.Select(end => new Write(end.Value, World.Store.Rows[end.Key.Task].Task, end.Key.Attempt) { Node = id })],
        outcomes =>
        {
            foreach (var (key, _) in ends)
            {
                if (Holds(key))
                {
                    Drop(key.Task);
                }
            }

            EndedAttempt[] ended = [.. ends.Select((end, index) => new EndedAttempt(end.Key, !outcomes[index].Applied, outcomes[index].IsOfMember))];
            World.Send(() => Tell(scheduler => scheduler.AttemptsEnded(id, ended)));
            World.SendOver(from, () => from.Take(() => from.Acknowledged(answered)));
        },
        () => NotEnding(ends));

    private void NotEnding(KeyValuePair<AttemptKey, TaskEventKind>[] reports)
    {
        foreach (var (key, _) in reports)
        {
            if (Holds(key))
            {
                held[key.Task].Ending = false;
            }
        }
    }

    private List<AttemptKey> BecomeJoined(AgentModel newAgent, long newEpoch, int ofLife, AttemptKey[] inventory, StoredRow?[] rows)
    {
        var isSameProcess = joined && life == ofLife;
        life = ofLife;
        epoch = newEpoch;
        facts = newAgent.Facts with { Epoch = newEpoch };
        agent = newAgent;
        joined = true;
        var stop = Adopt(inventory, rows, isSameProcess);
        WatchLease();
        Tell(withFacts: true);
        return stop;
    }

    private List<AttemptKey> Adopt(AttemptKey[] inventory, StoredRow?[] rows, bool isSameProcess)
    {
        foreach (var attempt in held.Values
            .Where(attempt => !inventory.Contains(attempt.Order.Key) && !(isSameProcess && World.Now - attempt.OrderedAt < PushGraceMs)).ToList())
        {
            held.Remove(attempt.Order.Key.Task);
        }

        var stop = new List<AttemptKey>();
        for (var index = 0; index < inventory.Length; index++)
        {
            if (Holds(inventory[index]))
            {
                continue;
            }

            if (rows[index] is { IsPlaced: true } row && row.IsOn(id) && row.Attempt == inventory[index].Attempt)
            {
                held[row.Task.TaskId] = new Held(new Order(row.ToPlacement().On(id))) { PushedAt = World.Now };
            }
            else
            {
                stop.Add(inventory[index]);
            }
        }

        stop.AddRange(RebuildLedger());
        return stop;
    }

    private List<AttemptKey> RebuildLedger()
    {
        Ledger = new GpuLedger(facts!);
        var dropped = new List<AttemptKey>();
        foreach (var order in held.Values.Select(attempt => attempt.Order).ToList())
        {
            if (!Ledger.TryReserve(order.Key.Task, order.Key.Attempt, order.Placement.Gpus, order.Bytes, out _))
            {
                held.Remove(order.Key.Task);
                dropped.Add(order.Key);
            }
        }

        return dropped;
    }

    private string? RefusalOf(Order order, long nodeEpoch)
    {
        if (!joined || agent is null)
        {
            return "the node is not connected";
        }

        if (nodeEpoch != epoch)
        {
            return "the node joined again";
        }

        if (held.TryGetValue(order.Key.Task, out var known))
        {
            if (known.Order.Key.Attempt >= order.Key.Attempt)
            {
                return known.Order.Key.Attempt == order.Key.Attempt ? null : "a newer attempt runs here";
            }

            Drop(order.Key.Task);
            var (to, older) = (agent, known.Order.Key);
            World.SendOver(to, () => to.Take(() => to.Stop([older])));
        }

        return Ledger.TryReserve(order.Key.Task, order.Key.Attempt, order.Placement.Gpus, order.Bytes, out var refusal) ? null : refusal.Message;
    }

    private void WatchLease()
    {
        if (joined || !watching)
        {
            lastSeen = World.Now;
        }

        if (!watching)
        {
            watching = true;
            After(TickMs, Tick);
        }
    }

    private void Tick()
    {
        var phase = joined ? NodePhase.Active : NodePhase.Silent;
        if (NodeLifecycle.At(phase, World.Start.AddMilliseconds(lastSeen), World.Clock, LeaseSettings) == NodePhase.Lost)
        {
            watching = false;
            joined = false;
            agent = null;
            held.Clear();
            RebuildLedger();
            var lost = epoch;
            World.Send(() => Tell(scheduler => scheduler.NodeLost(id, lost)));
            return;
        }

        After(TickMs, Tick);
    }

    private void Tell(bool withFacts)
    {
        var report = new NodeReport(id, epoch, withFacts ? facts : null, [.. held.Values.Select(attempt => attempt.Order.Key)]);
        World.Send(() => Tell(scheduler => scheduler.NodeReported(report)));
    }

    private void Tell(Action<SchedulerModel> what)
    {
        var scheduler = World.Scheduler();
        scheduler.Call(() => what(scheduler));
    }

    private bool Holds(AttemptKey key) => held.TryGetValue(key.Task, out var attempt) && attempt.Order.Key == key;

    private void Drop(string task)
    {
        if (held.Remove(task, out var attempt) && World.Bug != PlantedBug.NoRelease)
        {
            Ledger.Release(task, attempt.Order.Key.Attempt);
        }
    }

    private void Call(Action<Action> call) => Take(() =>
    {
        waiting.Enqueue(call);
        if (!busy)
        {
            Next();
        }
    });

    private void Next()
    {
        busy = waiting.TryDequeue(out var call);
        if (busy)
        {
            call!(Next);
        }
    }

    private sealed class Held(Order order)
    {
        public Order Order { get; } = order;

        public long OrderedAt { get; init; }

        public long PushedAt { get; set; }

        public bool Ending { get; set; }
    }
}

/// <summary>An attempt that ended on a node.</summary>
/// <param name="IsOfMember">Whether it goes on on the other nodes of its gang.</param>
internal readonly record struct EndedAttempt(AttemptKey Key, bool IsStale, bool IsOfMember);

/// <summary>What a node tells its scheduler.</summary>
/// <param name="Facts">Only with a registration.</param>
internal sealed record NodeReport(string NodeId, long Epoch, NodeFacts? Facts, AttemptKey[] Held);
