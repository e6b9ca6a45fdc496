using System.Globalization;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Packing;
using Aurora.Scheduling.Planning;

namespace Aurora.Bench.Traces.Packing;

/// <summary>
/// GPUs rented one by one, as nodes of the planner that a mesh dispatches by. One is rented when a task fits nowhere, and given back when it was idle
/// for a while, as an operator's program would. A task with several GPUs takes several nodes.
/// </summary>
internal sealed class RentedFleet(PlannerSettings settings, int unitsPerGpu, double keepIdleSeconds, double usdPerHour)
{
    private const long BytesPerUnit = 16L << 20;
    private const int AttemptsMax = 1_024;

    private static readonly DateTimeOffset Begin = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly MeshPlanner planner = new(settings);
    private readonly List<Rental?> nodes = [];
    private readonly Stack<int> returned = [];

    /// <summary>GPUs rented so far.</summary>
    public int Count { get; private set; }

    /// <summary>Hours that were paid for, each rental in started minutes; of those that were given back.</summary>
    public double GpuHours { get; private set; }

    /// <summary>GPUs for a task that starts now, by the number of their rental, in ascending order.</summary>
    public int[] Take(int task, in PackDemand demand, double now)
    {
        GiveBackIdle(now);
        var units = demand.Exclusive ? unitsPerGpu : demand.UnitsPerGpu;
        var pending = new PendingTask(
            Name(task), new TaskShape("training", 1, units * BytesPerUnit, GpuType: null) { Nodes = demand.Gpus }, 5, Time(now), Attempt: 0);
        var placement = planner.Submit(pending, Time(now));
        while (placement is null)
        {
            Rent(now);
            placement = planner.Drain(Time(now), limit: 1).SingleOrDefault();
        }

        var held = placement.OpenNodes().Select(node => int.Parse(node, CultureInfo.InvariantCulture)).ToList();
        held.ForEach(node => nodes[node]!.Tasks++);
        return [.. held.Select(node => nodes[node]!.Number).Order()];
    }

    /// <summary>The task has ended.</summary>
    public void Return(int task, double now)
    {
        var placement = planner.FindPlacement(Name(task))!;
        planner.Complete(Name(task), placement.Attempt, Time(now));
        foreach (var rental in placement.OpenNodes().Select(node => nodes[int.Parse(node, CultureInfo.InvariantCulture)]!))
        {
            rental.Tasks--;
            rental.IdleSince = now;
        }
    }

    /// <summary>Gives back what has been idle for long enough by now.</summary>
    public void GiveBackIdle(double now)
    {
        for (var node = 0; node < nodes.Count; node++)
        {
            if (nodes[node] is { Tasks: 0 } rental && rental.IdleSince + keepIdleSeconds <= now)
            {
                GpuHours += Math.Ceiling((rental.IdleSince + keepIdleSeconds - rental.Since) / 60) / 60;
                nodes[node] = null;
                returned.Push(node);
                planner.SetAvailable(Name(node), available: false);
            }
        }
    }

    private static string Name(int number) => number.ToString("D6", CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(double seconds) => Begin.AddSeconds(seconds);

    private void Rent(double now)
    {
        if (!returned.TryPop(out var node))
        {
            node = nodes.Count;
            nodes.Add(null);
        }

        var number = Count++;
        nodes[node] = new Rental(number, now) { IdleSince = now };
        planner.UpsertNode(
            new NodeFacts(Name(node), number + 1, [new GpuFacts(0, "T4", unitsPerGpu * BytesPerUnit)], AttemptsMax, new HashSet<string> { "training" })
            {
                Price = new NodePrice(NodeTenure.OnDemand, usdPerHour),
            },
            available: true);
    }

    private sealed record Rental(int Number, double Since)
    {
        public int Tasks { get; set; }

        public double IdleSince { get; set; }
    }
}
