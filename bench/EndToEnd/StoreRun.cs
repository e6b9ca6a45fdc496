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
        progress($"{store}: one at a time");
        var (latency, latencyCpu) = await LatencyPhase.MeasureAsync(mesh, plan);

        progress($"{store}: {latency}");

        var throughputs = new List<Throughput>();
        foreach (var nodes in plan.Nodes)
        {
            if (nodes != plan.Nodes[0])
            {
                await mesh.JoinAsync(nodes, plan.MaxParallel);
                await ThroughputPhase.RunAsync(mesh, plan, nodes, batchSize: 1, plan.WarmUpTasks);
            }

            foreach (var batchSize in (int[])[1, .. plan.BatchSizes])
            {
                progress($"{store}: {nodes} nodes, {batchSize} tasks a request");
                throughputs.Add(await ThroughputPhase.MeasureAsync(mesh, plan, nodes, batchSize));
                progress($"{store}: {throughputs[^1].TasksPerSecond}/s");
            }
        }

        var drains = new List<Drain>();
        foreach (var depth in plan.QueueDepths)
        {
            progress($"{store}: draining with {depth} in line");
            drains.Add(await DrainPhase.MeasureAsync(mesh, plan, depth));
            progress($"{store}: {drains[^1].TasksPerSecond}/s");
        }

        var singles = throughputs.Where(run => run.BatchSize == 1).Max(run => run.TasksPerSecond);
        return new StoreResults(
            store,
            insertLimit,
            latency,
            latencyCpu,
            throughputs,
            drains,
            Ratio(latency.P50Ms, barePost.OneAtATime.P50Ms),
            Ratio(singles, barePost.PerSecond),
            Ratio(singles, insertLimit.EightConnections),
            throughputs.GroupBy(run => run.BatchSize).ToDictionary(
                group => $"{group.Key}",
                group => Ratio(group.Last().TasksPerSecond, group.ElementAt(1).TasksPerSecond)),
            Ratio(drains[^1].TasksPerSecond, drains[0].TasksPerSecond));
    }

    private static double Ratio(double value, double to) => Math.Round(value / to, 2);
}
