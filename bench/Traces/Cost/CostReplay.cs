using System.Diagnostics;
using System.Globalization;
using Aurora.Bench.Traces.Queue;
using Aurora.Scheduling.Cost;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;

namespace Aurora.Bench.Traces.Cost;

/// <summary>
/// Submits every job with its deadline to the planner that a mesh dispatches by. Its nodes are the owned ones and, as the market that an operator
/// sees, machines of every offer that have as many GPUs as the job asks for; what the planner takes of them is rented until the job ends.
/// </summary>
internal sealed class CostReplay
{
    /// <summary>GPUs of an owned node, and the most of a rented one; a job with more takes several nodes.</summary>
    public const int GpusPerNode = 8;

    private const long GpuBytes = 1L << 34;
    private const string TaskType = "training";

    private static readonly DateTimeOffset Begin = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly IReadOnlyList<RentalOffer> offers;
    private readonly IReadOnlyList<string> types;
    private readonly MeshPlanner planner;
    private readonly Dictionary<string, int> ownedNodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Machine> machines = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Offer, int Gpus), Stack<Machine>> market = [];
    private readonly PriorityQueue<Scheduling.Model.Placement, double> ends = new();

    /// <param name="settings">How the planner places.</param>
    /// <param name="offers">What there is to rent, on demand where it is never interrupted.</param>
    /// <param name="types">The GPU type of each offer.</param>
    /// <param name="owned">Owned nodes.</param>
    /// <param name="ownedType">Their GPU type.</param>
    public CostReplay(PlannerSettings settings, IReadOnlyList<RentalOffer> offers, IReadOnlyList<string> types, int owned, string ownedType)
    {
        (this.offers, this.types) = (offers, types);
        planner = new MeshPlanner(settings);
        for (var node = 0; node < owned; node++)
        {
            var name = FormattableString.Invariant($"owned-{node:000}");
            ownedNodes.Add(name, node);
            planner.UpsertNode(Node(name, ownedType, GpusPerNode), available: true);
        }
    }

    public List<string> Rows { get; } = [];

    public List<double> DecisionMicroseconds { get; } = [];

    public double RentedUsd { get; private set; }

    public int Missed { get; private set; }

    /// <param name="job">The job; its speeds are by offer, and on owned GPUs it runs at speed 1.</param>
    /// <param name="seed">Seed of the interruptions.</param>
    public void Submit(QueueJob job, int seed)
    {
        var now = job.SubmittedSeconds;
        EndUntil(now);
        var gpus = job.Task.Gpus;
        var due = (2 * job.WorkLeft) + 3_600;
        var shape = new TaskShape(TaskType, Math.Min(gpus, GpusPerNode), GpuBytes, GpuType: null) { Nodes = (gpus + GpusPerNode - 1) / GpusPerNode };
        var task = new PendingTask(job.Id, shape, 5, Time(now), Attempt: 0)
        {
            Duration = TimeSpan.FromSeconds(job.WorkLeft),
            Deadline = Time(now + due),
            GpuSpeeds = types.Zip(job.Task.SpeedByType).DistinctBy(speed => speed.First).ToDictionary(speed => speed.First, speed => speed.Second, StringComparer.Ordinal),
        };
        var offered = Offer(shape);
        var started = Stopwatch.GetTimestamp();
        var placement = planner.Submit(task, Time(now)) ?? throw new InvalidOperationException($"Job {job.Id} was placed nowhere.");
        DecisionMicroseconds.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
        var taken = placement.OpenNodes().ToHashSet(StringComparer.Ordinal);
        foreach (var machine in offered.Where(machine => !taken.Contains(machine.Name)))
        {
            TakeBack(machine);
        }

        var run = job.WorkLeft;
        if (ownedNodes.ContainsKey(placement.NodeId))
        {
            var nodes = taken.Select(node => (Node: ownedNodes[node], Gpus: placement.GpusOn(node).Count)).OrderBy(share => share.Node);
            Rows.Add(FormattableString.Invariant($"{job.Id},owned,{now:0.######},{string.Join(';', nodes.Select(share => $"{share.Node}:{share.Gpus}"))}"));
        }
        else
        {
            var offer = taken.Select(node => machines[node].Offer).Distinct().Single();
            run = Rent(job, offer, seed);
            Rows.Add(FormattableString.Invariant($"{job.Id},{offers[offer].Name},{now:0.######},"));
        }

        ends.Enqueue(placement, now + run);
        Missed += run > due ? 1 : 0;
    }

    private static DateTimeOffset Time(double seconds) => Begin.AddSeconds(seconds);

    private static NodeFacts Node(string name, string type, int gpus) =>
        new(name, 1, [.. Enumerable.Range(0, gpus).Select(gpu => new GpuFacts(gpu, type, GpuBytes))], gpus, new HashSet<string> { TaskType });

    private double Rent(QueueJob job, int offer, int seed)
    {
        var interruptions = new InterruptionModel();
        var run = SpotLuck.RunSeconds(
            seed,
            job.Task.Ordinal,
            job.WorkLeft / job.Task.SpeedByType[offer],
            job.Task.Gpus,
            offers[offer].InterruptionsPerHour,
            interruptions.CheckpointSeconds,
            interruptions.RestartSeconds);
        RentedUsd += run / 3_600 * job.Task.Gpus * offers[offer].UsdPerGpuHour;
        return run;
    }

    private void EndUntil(double now)
    {
        while (ends.TryPeek(out var ended, out var at) && at <= now)
        {
            ends.Dequeue();
            planner.Complete(ended.Task.TaskId, ended.Attempt, Time(at));
            foreach (var node in ended.Gang?.Select(member => member.NodeId) ?? [ended.NodeId])
            {
                if (machines.TryGetValue(node, out var machine))
                {
                    TakeBack(machine);
                }
            }
        }
    }

    /// <summary>As many machines of every offer as the job needs, as nodes that are there.</summary>
    private List<Machine> Offer(TaskShape shape)
    {
        var offered = new List<Machine>();
        for (var offer = 0; offer < offers.Count; offer++)
        {
            var kind = (offer, shape.GpuCount);
            if (!market.TryGetValue(kind, out var spare))
            {
                market.Add(kind, spare = new Stack<Machine>());
            }

            for (var machine = 0; machine < shape.Nodes; machine++)
            {
                offered.Add(spare.TryPop(out var known) ? known : Join(offer, shape.GpuCount));
            }
        }

        offered.ForEach(machine => planner.SetAvailable(machine.Name, available: true));
        return offered;
    }

    private Machine Join(int offer, int gpus)
    {
        var machine = new Machine(string.Create(CultureInfo.InvariantCulture, $"rented-{machines.Count:000000}"), offer, gpus);
        machines.Add(machine.Name, machine);
        var (usd, interruptions) = (offers[offer].UsdPerGpuHour, offers[offer].InterruptionsPerHour);
        var price = new NodePrice(interruptions > 0 ? NodeTenure.Spot : NodeTenure.OnDemand, usd * gpus) { InterruptionsPerHour = interruptions };
        planner.UpsertNode(Node(machine.Name, types[offer], gpus) with { Price = price }, available: false);
        return machine;
    }

    private void TakeBack(Machine machine)
    {
        planner.SetAvailable(machine.Name, available: false);
        market[(machine.Offer, machine.Gpus)].Push(machine);
    }

    private sealed record Machine(string Name, int Offer, int Gpus);
}
