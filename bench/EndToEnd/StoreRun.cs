using Aurora.Bench.EndToEnd.Limits;
using Aurora.Bench.EndToEnd.Processes;

namespace Aurora.Bench.EndToEnd;

/// <summary>All phases over one store, on a mesh started for it.</summary>
internal sealed class StoreRun(Executables executables, BenchPlan plan, PostLimit barePost, Action<string> progress)
{
    public async Task<StoreResults> RunAsync(string store, string? connectionString, int? postmaster)
    {
        progress($"{store}: one-row commits");
        var insertLimit = connectionString is null
            ? await InsertLimit.MeasureSqliteAsync(plan.InsertDuration)
            : await InsertLimit.MeasurePostgresAsync(connectionString, plan.InsertDuration);

        progress($"{store}: {insertLimit}");

        await using var mesh = await MeshUnderTest.StartAsync(executables, connectionString, postmaster);
        await mesh.JoinAsync(plan.Nodes[0], plan.MaxParallel);
        progress($"{store}: warming up");
        await ThroughputPhase.RunAsync(mesh, plan, plan.Nodes[0], batchSize: 1, plan.WarmUpTasks);
        Latency? latency = null;
        Dictionary<string, double>? latencyCpu = null;
        if (plan.Phases.Contains("latency"))
        {
            progress($"{store}: one at a time");
            (latency, latencyCpu) = await LatencyPhase.MeasureAsync(mesh, plan);
            progress($"{store}: {latency}");
        }

        var throughputs = new List<Throughput>();
        var batchSizes = BatchSizes();
        foreach (var nodes in batchSizes.Count > 0 ? plan.Nodes : [])
        {
            if (nodes != plan.Nodes[0])
            {
                await mesh.JoinAsync(nodes, plan.MaxParallel);
                await ThroughputPhase.RunAsync(mesh, plan, nodes, batchSize: 1, plan.WarmUpTasks);
            }

            foreach (var batchSize in batchSizes)
            {
                progress($"{store}: {nodes} nodes, {batchSize} tasks a request");
                throughputs.Add(await ThroughputPhase.MeasureAsync(mesh, plan, nodes, batchSize));
                progress($"{store}: {throughputs[^1].TasksPerSecond}/s");
            }
        }

        var drains = new List<Drain>();
        foreach (var depth in plan.Phases.Contains("drain") ? plan.QueueDepths : [])
        {
            progress($"{store}: draining with {depth} in line");
            drains.Add(await DrainPhase.MeasureAsync(mesh, plan, depth));
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

    private List<int> BatchSizes() =>
    [
        .. plan.Phases.Contains("singles") ? [1] : Array.Empty<int>(),
        .. plan.Phases.Contains("batches") ? plan.BatchSizes : [],
    ];

    private static Dictionary<string, double> MostToFewNodes(IEnumerable<Throughput> throughputs) =>
        throughputs.GroupBy(run => run.BatchSize).Where(group => group.Count() > 1).ToDictionary(
            group => $"{group.Key}",
            group => Math.Round(group.Last().TasksPerSecond / group.TakeLast(2).First().TasksPerSecond, 2));

    private static double? Ratio(double? value, double? to) => value / to is { } ratio ? Math.Round(ratio, 2) : null;
}
