using System.Diagnostics;
using Aurora.Bench.EndToEnd.Http;
using Aurora.Bench.EndToEnd.Processes;

namespace Aurora.Bench.EndToEnd;

/// <summary>
/// Holds the queue at a depth while nodes drain it: the same nodes and the same submits for every depth, so that only
/// the length of the line differs. The queue is filled while there is no node; then the nodes join.
/// </summary>
internal static class DrainPhase
{
    private const int BatchSize = 500;
    private const int Nodes = 4;

    public static async Task<Drain> MeasureAsync(MeshUnderTest mesh, BenchPlan plan, int depth)
    {
        await mesh.LeaveAsync();
        var submitted = (await mesh.StatusAsync()).Completed;
        var started = Stopwatch.GetTimestamp();
        await LoadGenerator.RunAsync(mesh.Server, HttpRequests.Batch(BatchSize), depth / BatchSize, plan.BatchConnections);
        var preloaded = depth / Stopwatch.GetElapsedTime(started).TotalSeconds;
        submitted += depth;

        await mesh.JoinAsync(Nodes, plan.MaxParallel);
        using var feeder = await HttpConnection.ConnectAsync(mesh.Server);
        var batch = HttpRequests.Batch(BatchSize);
        var cpu = mesh.CpuMeter();

        // The new agent process compiles its hot code first.
        await HoldAsync(plan.WarmUpTasks);
        var before = cpu.Read();
        var held = await HoldAsync(plan.DrainTasks);
        var cpuPerTask = cpu.Read().PerTaskSince(before, held.Ended);

        var (left, emptying) = (submitted - (await mesh.StatusAsync()).Completed, Stopwatch.GetTimestamp());
        await mesh.WaitAsync(status => status.Completed >= submitted, plan.PhaseTimeout, "the queue is empty");
        return new Drain(
            depth,
            Math.Round(held.Ended / held.Elapsed.TotalSeconds),
            Math.Round(preloaded),
            Math.Round(left / Stopwatch.GetElapsedTime(emptying).TotalSeconds),
            cpuPerTask);

        async Task<(long Ended, TimeSpan Elapsed)> HoldAsync(int tasks)
        {
            var first = (await mesh.StatusAsync()).Completed;
            var from = Stopwatch.GetTimestamp();
            while (true)
            {
                var completed = (await mesh.StatusAsync()).Completed;
                if (completed - first >= tasks)
                {
                    return (completed - first, Stopwatch.GetElapsedTime(from));
                }

                if (Stopwatch.GetElapsedTime(from) > plan.PhaseTimeout)
                {
                    throw new TimeoutException($"{completed - first} of {tasks} tasks drained within {plan.PhaseTimeout}");
                }

                if (submitted - completed < depth)
                {
                    (await feeder.SendAsync(batch)).EnsureOk();
                    submitted += BatchSize;
                }
                else
                {
                    await Task.Delay(1);
                }
            }
        }
    }
}
