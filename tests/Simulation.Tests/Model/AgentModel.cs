using Aurora.Scheduling.Lifecycle;
using Aurora.Scheduling.Model;

namespace Aurora.Simulation.Tests.Model;

/// <summary>
/// The machine of a node. Its disk keeps the attempts it ever took and the reports nobody acknowledged; its memory and
/// what it runs are lost when it dies.
/// </summary>
internal sealed class AgentModel(World world, NodeFacts facts) : Part(world)
{
    private const int BeatMs = 1000;
    private const int JoinPatienceMs = 3000;
    private const int FailPercent = 3;

    private readonly Dictionary<string, Order> running = new(StringComparer.Ordinal);
    private readonly Dictionary<AttemptKey, TaskEventKind> reports = [];
    private readonly HashSet<AttemptKey> taken = [];
    private long epoch;
    private long joinSentAt = -JoinPatienceMs;
    private int life;

    public string Id => facts.NodeId;

    public NodeFacts Facts => facts;

    public IEnumerable<Order> Running => running.Values;

    /// <summary>Attempts that it runs or has to report.</summary>
    public int Known => running.Count + reports.Count;

    public bool IsDown { get; private set; }

    /// <summary>Whether the machine is gone for good.</summary>
    public bool IsScrapped { get; private set; }

    /// <summary>What it believes, for people.</summary>
    public string Describe() => $"agent of {Id}: epoch {epoch}, {(IsDown ? "down" : "up")}, runs {running.Count}, reports {reports.Count}";

    public void Start() => After(World.Random.Next(BeatMs), () => Beat(life));

    /// <summary>The machine never comes back.</summary>
    public void Scrap()
    {
        IsScrapped = true;
        IsDown = true;
        life++;
        running.Clear();
        reports.Clear();
    }

    /// <summary>Loses its memory and what it runs.</summary>
    public void Crash(long downMs)
    {
        if (IsDown)
        {
            return;
        }

        IsDown = true;
        life++;
        running.Clear();
        epoch = 0;
        World.After(downMs, () =>
        {
            if (IsScrapped)
            {
                return;
            }

            IsDown = false;
            joinSentAt = World.Now - JoinPatienceMs;
            Beat(life);
        });
    }

    public void Joined(long newEpoch, IReadOnlyList<AttemptKey> stop)
    {
        if (!IsDown && newEpoch > epoch)
        {
            epoch = newEpoch;
            Stop(stop);
            SendReports();
        }
    }

    public void Order(IReadOnlyList<Order> orders)
    {
        if (IsDown)
        {
            return;
        }

        foreach (var order in orders)
        {
            if (taken.Contains(order.Key) && World.Bug != PlantedBug.NoMemoryOfAttempts)
            {
                // Taken before and gone since: only an inventory that lacks it tells the mesh so.
                if (!Names(order.Key))
                {
                    epoch = 0;
                }
            }
            else if (!Names(order.Key))
            {
                Begin(order);
            }
        }
    }

    public void Stop(IReadOnlyList<AttemptKey> attempts)
    {
        foreach (var key in attempts)
        {
            if (running.TryGetValue(key.Task, out var order) && order.Key == key)
            {
                running.Remove(key.Task);
            }
        }
    }

    public void BeatAnswered(bool known, IReadOnlyList<Order> start, IReadOnlyList<AttemptKey> stop)
    {
        if (IsDown)
        {
            return;
        }

        if (!known)
        {
            epoch = 0;
            return;
        }

        Stop(stop);
        Order(start);
    }

    /// <summary>Both verdicts end the report: it was taken, or will never be.</summary>
    public void Acknowledged(IReadOnlyList<AttemptKey> answered)
    {
        if (!IsDown)
        {
            foreach (var key in answered)
            {
                reports.Remove(key);
            }
        }
    }

    private void Begin(Order order)
    {
        if (running.TryGetValue(order.Key.Task, out var other))
        {
            if (other.Key.Attempt > order.Key.Attempt)
            {
                return;
            }

            running.Remove(order.Key.Task);
        }

        taken.Add(order.Key);
        running[order.Key.Task] = order;
        World.Truth.Begin(this, order);
        EndLater(order, life);
    }

    private void EndLater(Order order, int begun) => After(100 + World.Random.Next(4000), () =>
        {
            if (begun == life && running.TryGetValue(order.Key.Task, out var still) && still.Key == order.Key)
            {
                if (!World.Truth.HaveAllBegun(order.Placement))
                {
                    // It waits for its peers, for ever if they do not come.
                    EndLater(order, begun);
                    return;
                }

                running.Remove(order.Key.Task);
                World.Truth.End(this, order.Key);
                reports[order.Key] = World.Random.Next(100) < FailPercent ? TaskEventKind.Failed : TaskEventKind.Completed;
                SendReports();
            }
        });

    private void Beat(int ofLife)
    {
        if (IsDown || ofLife != life)
        {
            return;
        }

        After(BeatMs, () => Beat(ofLife));
        if (epoch == 0)
        {
            if (World.Now - joinSentAt >= JoinPatienceMs)
            {
                joinSentAt = World.Now;
                var inventory = Inventory();
                World.SendOver(this, () => World.Node(Id).Join(this, ofLife, World.Bug == PlantedBug.NoInventory ? [] : inventory));
            }

            return;
        }

        var (ofEpoch, names) = (epoch, Inventory());
        World.SendOver(this, () => World.Node(Id).Heartbeat(this, ofEpoch, names));
        SendReports();
    }

    private void SendReports()
    {
        if (reports.Count == 0 || epoch == 0)
        {
            return;
        }

        var (ofEpoch, batch) = (epoch, reports.ToArray());
        World.SendOver(this, () => World.Node(Id).Report(this, ofEpoch, batch));
        if (World.Bug == PlantedBug.DropReportOnSend)
        {
            reports.Clear();
        }
    }

    private AttemptKey[] Inventory() => [.. running.Values.Select(order => order.Key), .. reports.Keys];

    private bool Names(AttemptKey key) => reports.ContainsKey(key) || (running.TryGetValue(key.Task, out var order) && order.Key == key);
}
