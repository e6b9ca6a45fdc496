using System.Globalization;
using System.Text.Json;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using Decision = Aurora.Scheduling.Model.Placement;

namespace Aurora.Bench.Placement;

/// <summary>
/// What one decision costs by the number of nodes, and what the length of the queue adds to submitting and draining.
/// It runs the planner that the mesh runs.
/// </summary>
internal static class PlacementBench
{
    private const int Queued = 10_000;
    private const int Decisions = 5_000;
    private const int WarmUp = 2_000;

    private static readonly int[] NodeCounts = [4, 100, 1_000, 10_000];
    private static readonly int[] PackNodeCounts = [100, 1_213, 10_000];
    private static readonly int[] QueueLengths = [1_000, 100_000, 1_000_000];
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    public static int Run(string[] args)
    {
        if (args.Contains("--scale"))
        {
            return ScaleBench.Run(Option("--svg"), Option("--json"));
        }

        // The runtime compiles hot code again while it runs; without this, the first meshes would pay for it.
        for (var round = 0; round < 3; round++)
        {
            Decide(1_000);
        }

        var decisions = NodeCounts.ToDictionary(nodes => nodes.ToString(CultureInfo.InvariantCulture), nodes => Decide(nodes));
        Print($"one decision with {Queued} queued, by nodes", decisions);

        var alike = NodeCounts.ToDictionary(nodes => nodes.ToString(CultureInfo.InvariantCulture), nodes => Decide(nodes, areAlike: true));
        Print($"one decision about a task like the one before with {Queued} queued, by nodes", alike);

        var packed = PackNodeCounts.ToDictionary(
            nodes => nodes.ToString(CultureInfo.InvariantCulture), nodes => Decide(nodes, PlacementProfile.Pack));
        Print($"one decision of the pack profile with {Queued} queued, by nodes", packed);

        var measured = QueueLengths.Select(length => (Length: length, Cost: DrainBesides(length))).ToList();
        var submits = measured.ToDictionary(
            run => run.Length.ToString(CultureInfo.InvariantCulture), run => run.Cost.Submit);
        var drains = measured.ToDictionary(
            run => run.Length.ToString(CultureInfo.InvariantCulture), run => run.Cost.Drain);
        Print("submit to a full mesh of 100 nodes, by queue length", submits);
        Print("release and drain in a full mesh of 100 nodes, by queue length", drains);
        var ratio = Math.Round(measured[^1].Cost.Drain.P50 / measured[0].Cost.Drain.P50, 2);
        Console.WriteLine($"drain p50, 1000000 queued to 1000 queued: {ratio.ToString(CultureInfo.InvariantCulture)}");

        if (args is ["--json", var file])
        {
            File.WriteAllText(
                file, JsonSerializer.Serialize(new { decisions, alike, packed, submits, drains, drainRatio = ratio }, Json));
        }

        return 0;

        string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
    }

    /// <summary>Places one task and frees it again, so that every decision sees the same mesh. Only the placing is timed.</summary>
    private static Latencies Decide(int nodes, PlacementProfile profile = PlacementProfile.Balanced, bool areAlike = false)
    {
        var planner = BenchMesh.OfNodes(nodes, profile);
        BenchMesh.QueueUnplaceable(planner, Queued);
        Decision? last = null;
        var tasks = Enumerable.Range(0, WarmUp + Decisions).Select(number => BenchMesh.Placeable(number, kind: areAlike ? 0 : number)).ToArray();
        return Latencies.Measure(
            WarmUp,
            Decisions,
            call => last = planner.Submit(tasks[call], BenchMesh.Start)
                ?? throw new InvalidOperationException($"{tasks[call].TaskId} was not placed."),
            after: _ =>
            {
                planner.Release(last!.Task.TaskId, last.Attempt);
                planner.Drain(BenchMesh.Start, int.MaxValue);
            });
    }

    private static (Latencies Submit, Latencies Drain) DrainBesides(int queued)
    {
        var planner = BenchMesh.OfNodes(100);
        var running = new Queue<Decision>();
        for (var number = 0; planner.QueuedCount == 0; number++)
        {
            if (planner.Submit(Waiting(-1 - number), BenchMesh.Start) is { } placement)
            {
                running.Enqueue(placement);
            }
        }

        for (var number = 0; number < queued; number++)
        {
            planner.Submit(Waiting(number), BenchMesh.Start);
        }

        var submit = Latencies.Measure(
            200, 500, call => planner.Submit(Waiting(queued + call), BenchMesh.Start));
        var drain = Latencies.Measure(
            200,
            500,
            _ =>
            {
                var ended = running.Dequeue();
                planner.Release(ended.Task.TaskId, ended.Attempt);
                foreach (var placement in planner.Drain(BenchMesh.Start, int.MaxValue))
                {
                    running.Enqueue(placement);
                }
            });
        return (submit, drain);
    }

    private static PendingTask Waiting(int number)
    {
        var shape = new TaskShape("training", 1, (1 + (Math.Abs(number) % 4)) * BenchMesh.Gb, null);
        return new PendingTask($"task-{number}", shape, Math.Abs(number) % 11, BenchMesh.Start.AddSeconds(number), 0);
    }

    private static void Print(string title, IReadOnlyDictionary<string, Latencies> rows)
    {
        Console.WriteLine($"{title} (microseconds)");
        foreach (var (name, latencies) in rows)
        {
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {name,9}  p50 {latencies.P50,9:0.00}  p99 {latencies.P99,9:0.00}  max {latencies.Max,9:0.00}"));
        }
    }
}
