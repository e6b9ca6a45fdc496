using System.Diagnostics;
using Aurora.Bench.EndToEnd.Http;
using Aurora.Bench.EndToEnd.Processes;

namespace Aurora.Bench.EndToEnd;

/// <summary>Submits over many connections at once and waits until the mesh has completed all of it.</summary>
internal static class ThroughputPhase
{
    /// <summary>The middle one of several runs of the same, with the speed of each in the order they ran.</summary>
    public static Throughput Median(IReadOnlyCollection<Throughput> rounds) =>
        rounds.OrderBy(round => round.TasksPerSecond).ElementAt(rounds.Count / 2)
            with
        { Rounds = [.. rounds.Select(round => round.TasksPerSecond)] };

    public static async Task<Throughput> RunAsync(MeshUnderTest mesh, BenchPlan plan, int nodes, int batchSize, int tasks)
    {
        var requests = tasks / batchSize;
        var (request, connections) = batchSize == 1
            ? (HttpRequests.Submit, plan.Connections)
            : (HttpRequests.Batch(batchSize), Math.Min(plan.BatchConnections, requests));
        var target = (await mesh.StatusAsync()).Completed + (requests * batchSize);
        var cpu = mesh.CpuMeter();
        var before = cpu.Read();
        var started = Stopwatch.GetTimestamp();

        var load = await LoadGenerator.RunAsync(mesh.Server, request, requests, connections);
        var end = await mesh.WaitAsync(status => status.Completed >= target, plan.PhaseTimeout, $"{tasks} tasks completed");

        var elapsed = Stopwatch.GetElapsedTime(started);
        if (end.Completed != target || end.Queued + end.Active != 0)
        {
            throw new InvalidOperationException($"{target} tasks were to be completed and nothing left, but: {end}");
        }

        var done = requests * batchSize;
        return new Throughput(
            nodes,
            batchSize,
            Math.Round(done / elapsed.TotalSeconds),
            Math.Round(done / load.Elapsed.TotalSeconds),
            load.Latency,
            cpu.Read().PerTaskSince(before, done),
            []);
    }
}
