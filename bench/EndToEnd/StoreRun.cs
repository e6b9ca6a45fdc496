using Aurora.Bench.EndToEnd.Limits;
using Aurora.Bench.EndToEnd.Processes;

namespace Aurora.Bench.EndToEnd;

/// <summary>
/// All phases over one store. Each node count has a mesh of its own, up and warm for the whole run, so that counts can take
/// turns: what slows the machine for a while slows all of them, and their ratio stands. A mesh whose turn it is not only
/// beats its heart.
/// </summary>
internal sealed class StoreRun(Executables executables, BenchPlan plan, PostLimit barePost, Action<string> progress)
{
    public async Task<StoreResults> RunAsync(string store, string? postgres)
    {
        progress($"{store}: one-row commits");
        var insertLimit = postgres is null
            ? await InsertLimit.MeasureSqliteAsync(plan.InsertDuration)
            : await InsertLimit.MeasurePostgresAsync(postgres, plan.InsertDuration);
        progress($"{store}: {insertLimit}");

        await using var first = await StartAsync(store, postgres, plan.Nodes[0]);
        Latency? latency = null;
        Dictionary<string, double>? latencyCpu = null;
        if (plan.Phases.Contains("latency"))
        {
            progress($"{store}: one at a time");
            (latency, latencyCpu) = await LatencyPhase.MeasureAsync(first, plan);
            progress($"{store}: {latency}");
        }

        var throughputs = await MeasureThroughputsAsync(store, postgres, first);
        var drains = new List<Drain>();
        foreach (var depth in plan.Phases.Contains("drain") ? plan.QueueDepths : [])
        {
            progress($"{store}: draining with {depth} in line");
            drains.Add(await DrainPhase.MeasureAsync(first, plan, depth));
            progress($"{store}: {drains[^1].TasksPerSecond}/s");
        }

        var singles = throughputs.Where(run => run.BatchSize == 1).Select(run => (double?)run.TasksPerSecond).Max();
        return new StoreResults(
            store,
            insertLimit,
            latency,
            latencyCpu,
            throughputs,
            drains,
            Ratio(latency?.P50Ms, barePost.OneAtATime.P50Ms),
            Ratio(singles, barePost.PerSecond),
            Ratio(singles, insertLimit.EightConnections),
            MostToFewNodes(throughputs),
            Ratio(drains.LastOrDefault()?.TasksPerSecond, drains.FirstOrDefault()?.TasksPerSecond));
    }

    private async Task<MeshUnderTest> StartAsync(string store, string? postgres, int nodes)
    {
        progress($"{store}: warming up {nodes} nodes");
        var mesh = await MeshUnderTest.StartAsync(executables, postgres);
        await mesh.JoinAsync(nodes, plan.MaxParallel);
        await ThroughputPhase.RunAsync(mesh, plan, nodes, batchSize: 1, plan.WarmUpTasks);
        return mesh;
    }

    private async Task<List<Throughput>> MeasureThroughputsAsync(string store, string? postgres, MeshUnderTest first)
    {
        var runs = new List<(int Nodes, int BatchSize, Throughput Run)>();
        var meshes = new Dictionary<int, MeshUnderTest> { [plan.Nodes[0]] = first };
        try
        {
            foreach (var nodes in BatchSizes().Count > 0 ? plan.Nodes.Skip(1) : [])
            {
                meshes[nodes] = await StartAsync(store, postgres, nodes);
            }

            for (var round = 1; round <= plan.Rounds; round++)
            {
                foreach (var batchSize in BatchSizes())
                {
                    foreach (var nodes in plan.Nodes)
                    {
                        var run = await ThroughputPhase.RunAsync(
                            meshes[nodes], plan, nodes, batchSize, batchSize == 1 ? plan.SingleTasks : plan.BatchTasks);
                        progress($"{store}: round {round}, {nodes} nodes, {batchSize} tasks a request: {run.TasksPerSecond}/s, cpu µs/task: {string.Join(", ", run.CpuPerTask.Select(cpu => $"{cpu.Key} {cpu.Value}"))}");
                        runs.Add((nodes, batchSize, run));
                    }
                }
            }
        }
        finally
        {
            foreach (var mesh in meshes.Values.Where(mesh => mesh != first))
            {
                await mesh.DisposeAsync();
            }
        }

        return [.. runs.GroupBy(each => (each.Nodes, each.BatchSize), each => each.Run).Select(group => ThroughputPhase.Median([.. group]))];
    }

    private List<int> BatchSizes() =>
    [
        .. plan.Phases.Contains("singles") ? [1] : Array.Empty<int>(),
        .. plan.Phases.Contains("batches") ? plan.BatchSizes : [],
    ];

    /// <summary>The median over the rounds of the most nodes' speed divided by that of the next fewer.</summary>
    private static Dictionary<string, double> MostToFewNodes(IEnumerable<Throughput> throughputs) =>
        throughputs.GroupBy(run => run.BatchSize).Where(group => group.Count() > 1).ToDictionary(
            group => $"{group.Key}",
            group =>
            {
                var pair = group.OrderBy(run => run.Nodes).TakeLast(2).Select(run => run.Rounds).ToArray();
                var ratios = pair[1].Zip(pair[0], (many, few) => many / few).Order().ToArray();
                return Math.Round(ratios[ratios.Length / 2], 2);
            });

    private static double? Ratio(double? value, double? to) => value / to is { } ratio ? Math.Round(ratio, 2) : null;
}
