using System.Diagnostics;
using System.Globalization;
using Aurora.Bench.EndToEnd.Http;
using Aurora.Bench.EndToEnd.Processes;
using Aurora.Testing;

namespace Aurora.Bench.EndToEnd;

/// <summary>
/// The same tasks to one pool, and spread evenly over several, on the same nodes of the same mesh. The two take turns, so that what slows
/// the machine for a while slows both.
/// </summary>
internal static class PoolsRun
{
    private const int NodesEach = 2;
    private const int BatchSize = 1_000;

    public static async Task RunAsync(E2eOptions options, TextWriter output, Action<string> progress)
    {
        foreach (var store in options.Stores)
        {
            await using var postgres = store == "postgres" && options.Postgres is null ? await PostgresServer.StartOwnAsync() : null;
            await using var mesh = await MeshUnderTest.StartAsync(
                Executables.Find(), store == "postgres" ? options.Postgres ?? postgres!.ConnectionString : null);
            string[] pools = ["default", .. Enumerable.Range(2, options.Pools - 1).Select(number => $"pool-{number}")];
            await mesh.JoinPoolsAsync(pools, NodesEach, options.Plan.MaxParallel);
            var plan = options.Plan;
            progress($"{store}: warming up");
            await MeasureAsync(mesh, plan, pools, plan.WarmUpTasks);
            await MeasureAsync(mesh, plan, ["default"], plan.WarmUpTasks);

            List<(double PerSecond, Dictionary<string, double> Cpu)> one = [];
            List<(double PerSecond, Dictionary<string, double> Cpu)> several = [];
            for (var round = 1; round <= plan.Rounds; round++)
            {
                one.Add(await MeasureAsync(mesh, plan, ["default"], plan.BatchTasks));
                several.Add(await MeasureAsync(mesh, plan, pools, plan.BatchTasks));
                progress($"{store}: round {round}: {one[^1].PerSecond}/s to one pool, {several[^1].PerSecond}/s to {pools.Length}");
            }

            Print(output, store, 1, one);
            Print(output, store, pools.Length, several);
        }
    }

    private static async Task<(double PerSecond, Dictionary<string, double> Cpu)> MeasureAsync(
        MeshUnderTest mesh, BenchPlan plan, IReadOnlyList<string> pools, int tasks)
    {
        var requestsEach = Math.Max(1, tasks / BatchSize / pools.Count);
        var done = requestsEach * BatchSize * pools.Count;
        var target = (await mesh.StatusAsync()).Completed + done;
        var cpu = mesh.CpuMeter();
        var before = cpu.Read();
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(pools.Select(pool => LoadGenerator.RunAsync(
            mesh.Server, HttpRequests.Batch(BatchSize, pool), requestsEach, Math.Min(requestsEach, Math.Max(1, plan.BatchConnections / pools.Count)))));
        await mesh.WaitAsync(status => status.Completed >= target, plan.PhaseTimeout, $"{done} tasks completed");
        var elapsed = Stopwatch.GetElapsedTime(started);
        return (Math.Round(done / elapsed.TotalSeconds), cpu.Read().PerTaskSince(before, done));
    }

    private static void Print(TextWriter output, string store, int pools, List<(double PerSecond, Dictionary<string, double> Cpu)> rounds)
    {
        var median = rounds.OrderBy(round => round.PerSecond).ElementAt(rounds.Count / 2);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{store}, {pools} pool(s): {median.PerSecond}/s completed   cpu µs/task: {string.Join(", ", median.Cpu.Select(each => $"{each.Key} {each.Value}"))}   rounds: {string.Join(' ', rounds.Select(round => round.PerSecond))}"));
    }
}
