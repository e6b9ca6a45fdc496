using Aurora.Scheduling.Model;

namespace Aurora.Simulation.Tests.Model;

/// <summary>
/// One thread, one virtual clock, one source of chance: the same seed is the same history. Everything that happens is an
/// event of the queue; a step is one event.
/// </summary>
internal sealed class World
{
    public static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<Action, (long At, long Order)> events = new();
    private readonly HashSet<AgentModel> cutOff = [];
    private long order;

    public World(int seed, PlantedBug bug)
    {
        Random = new Random(seed);
        Bug = bug;
        Faults = FaultProfile.Draw(Random);
        Store = new StoreModel(this);
        Truth = new Truth(this);
    }

    public Random Random { get; }

    public PlantedBug Bug { get; }

    public FaultProfile Faults { get; set; }

    public StoreModel Store { get; }

    public Truth Truth { get; }

    public List<SchedulerModel> Schedulers { get; } = [];

    public Dictionary<string, NodeModel> Nodes { get; } = new(StringComparer.Ordinal);

    public List<AgentModel> Agents { get; } = [];

    /// <summary>Virtual milliseconds since the start.</summary>
    public long Now { get; private set; }

    public DateTimeOffset Clock => Start.AddMilliseconds(Now);

    /// <summary>The first invariant that did not hold, in words.</summary>
    public string? Violation { get; private set; }

    public bool Chance(double share) => share > 0 && Random.NextDouble() < share;

    public void Violated(string what) => Violation ??= $"at {Now} ms: {what}";

    /// <summary>Something that happens later whatever else happens.</summary>
    public void After(long milliseconds, Action act) => events.Enqueue(act, (Now + milliseconds, order++));

    /// <summary>A message: it may be lost, doubled, late and overtaken.</summary>
    public void Send(Action deliver)
    {
        if (Chance(Faults.Drop))
        {
            return;
        }

        for (var copies = Chance(Faults.Duplicate) ? 2 : 1; copies > 0; copies--)
        {
            After(Chance(Faults.Late) ? 500 + Random.Next(10_000) : 1 + Random.Next(20), deliver);
        }
    }

    /// <summary>A message from or to an agent, whose link may be cut.</summary>
    public void SendOver(AgentModel agent, Action deliver)
    {
        if (!cutOff.Contains(agent))
        {
            Send(deliver);
        }
    }

    public void Cut(AgentModel agent) => cutOff.Add(agent);

    public void Mend(AgentModel agent) => cutOff.Remove(agent);

    /// <summary>Lets one event happen; false when nothing is left.</summary>
    public bool Step()
    {
        if (!events.TryDequeue(out var act, out var key))
        {
            return false;
        }

        Now = key.At;
        act();
        return true;
    }

    /// <summary>
    /// The scheduler that a call reaches: the youngest activation, made when there is none, and now and then an older one
    /// that still believes it leads.
    /// </summary>
    public SchedulerModel Scheduler()
    {
        Schedulers.RemoveAll(scheduler => !scheduler.Alive);
        if (Schedulers.Count == 0)
        {
            ActivateScheduler();
        }

        return Schedulers.Count > 1 && Chance(0.3) ? Schedulers[Random.Next(Schedulers.Count)] : Schedulers[^1];
    }

    public void ActivateScheduler()
    {
        var scheduler = new SchedulerModel(this);
        Schedulers.Add(scheduler);
        scheduler.Activate();
    }

    public NodeModel Node(string nodeId)
    {
        if (!Nodes.TryGetValue(nodeId, out var node) || !node.Alive)
        {
            node = new NodeModel(this, nodeId);
            Nodes[nodeId] = node;
            node.Activate();
        }

        return node;
    }
}

/// <summary>A process or an activation: what it was going to do it does while it lives, and later when it is frozen.</summary>
internal abstract class Part(World world)
{
    public bool Alive { get; private set; } = true;

    public long FrozenUntil { get; set; }

    protected World World { get; } = world;

    public void Die() => Alive = false;

    /// <summary>Runs now, after the freeze, or never.</summary>
    public void Take(Action act)
    {
        if (!Alive)
        {
            return;
        }

        if (World.Now < FrozenUntil)
        {
            World.After(FrozenUntil - World.Now, () => Take(act));
            return;
        }

        act();
    }

    protected void After(long milliseconds, Action act) => World.After(milliseconds, () => Take(act));
}

/// <summary>One attempt of one task.</summary>
internal readonly record struct AttemptKey(string Task, int Attempt);

/// <summary>What a scheduler asks a node to run.</summary>
internal sealed record Order(Placement Placement)
{
    public AttemptKey Key => new(Placement.Task.TaskId, Placement.Attempt);

    public long Bytes => Placement.Task.Shape.MemoryBytesPerGpu;
}
