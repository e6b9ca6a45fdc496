using System.Globalization;
using System.Text.Json;
using Decision = Aurora.Scheduling.Model.Placement;

namespace Aurora.Bench.Placement;

/// <summary>
/// How the time of a decision and of a completion, and the memory, grow with the nodes and with the queue: <c>placement --scale</c>, with
/// <c>--svg FILE</c> for a plot and <c>--json FILE</c>. It runs the planner that the mesh runs.
/// </summary>
internal static class ScaleBench
{
    private const int WarmUp = 1_000;
    private const int Calls = 2_000;
    private const double Mib = 1024 * 1024;

    private static readonly int[] NodeCounts = [100, 1_000, 10_000];
    private static readonly int[] QueueLengths = [10_000, 100_000, 1_000_000];
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    public static int Run(string? svg, string? json)
    {
        // The runtime compiles hot code again while it runs; without this, the first meshes would pay for it.
        for (var round = 0; round < 3; round++)
        {
            Measure(1_000, 10_000);
        }

        Console.WriteLine("| Nodes | Queued | Decision p50, us | p99 | alike p50, us | p99 | Completion p50, us | p99 | Memory, MiB |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        var points = new List<ScalePoint>();
        foreach (var (nodes, queued) in NodeCounts.SelectMany(nodes => QueueLengths.Select(queued => (nodes, queued))))
        {
            var point = Measure(nodes, queued);
            points.Add(point);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {nodes:N0} | {queued:N0} | {point.Decision.P50:0.0} | {point.Decision.P99:0.0} | {point.Alike.P50:0.0} | {point.Alike.P99:0.0} | {point.Completion.P50:0.0} | {point.Completion.P99:0.0} | {point.MemoryMib:0} |"));
        }

        if (svg is not null)
        {
            File.WriteAllText(svg, LogPlot.Draw(
            [
                new LogPanel("Decision, p50 in microseconds, by nodes",
                [
                    .. QueueLengths.Select(queued => Line(queued, "{0:N0} queued", point => point.Decision.P50)),
                    Line(QueueLengths[^1], "{0:N0}, tasks alike", point => point.Alike.P50),
                ]),
                new LogPanel("Memory in MiB, by tasks queued", [.. NodeCounts.Select(nodes => new LogLine(
                    string.Create(CultureInfo.InvariantCulture, $"{nodes:N0} nodes"),
                    [.. points.Where(point => point.Nodes == nodes).Select(point => ((double)point.Queued, point.MemoryMib))]))]),
            ]));
        }

        if (json is not null)
        {
            File.WriteAllText(json, JsonSerializer.Serialize(points, Json));
        }

        return 0;

        LogLine Line(int queued, string name, Func<ScalePoint, double> value) => new(
            string.Format(CultureInfo.InvariantCulture, name, queued),
            [.. points.Where(point => point.Queued == queued).Select(point => ((double)point.Nodes, value(point)))]);
    }

    /// <summary>
    /// A mesh whose queue fits nowhere for now, which is when a queue is long. A decision places a task that fits, of any kind or like the one
    /// before; a completion frees its place and looks whom the place is for.
    /// </summary>
    private static ScalePoint Measure(int nodes, int queued)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var planner = BenchMesh.OfNodes(nodes);
        BenchMesh.QueueUnplaceable(planner, queued);
        var memory = (GC.GetTotalMemory(forceFullCollection: true) - before) / Mib;
        var tasks = Enumerable.Range(0, WarmUp + Calls).Select(number => BenchMesh.Placeable(number, kind: number)).ToArray();
        Decision? last = null;
        void Place(int call) => last = planner.Submit(tasks[call], BenchMesh.Start) ?? throw new InvalidOperationException($"{tasks[call].TaskId} was not placed.");
        void Complete(int call)
        {
            planner.Complete(last!.Task.TaskId, last.Attempt, BenchMesh.Start);
            planner.Drain(BenchMesh.Start, int.MaxValue);
        }

        var decision = Latencies.Measure(WarmUp, Calls, Place, after: Complete);
        Place(0);
        var completion = Latencies.Measure(WarmUp, Calls, Complete, after: call => Place(call));
        Complete(0);
        tasks = [.. Enumerable.Range(0, WarmUp + Calls).Select(number => BenchMesh.Placeable(number, kind: 0))];
        var alike = Latencies.Measure(WarmUp, Calls, Place, after: Complete);
        GC.KeepAlive(planner);
        return new ScalePoint(nodes, queued, decision, alike, completion, memory);
    }
}

/// <summary>What was measured at one size. Memory is what the planner with its nodes and its queue keeps.</summary>
internal sealed record ScalePoint(int Nodes, int Queued, Latencies Decision, Latencies Alike, Latencies Completion, double MemoryMib);
