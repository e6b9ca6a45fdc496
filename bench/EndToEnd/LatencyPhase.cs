using System.Diagnostics;
using System.Text;
using Aurora.Bench.EndToEnd.Http;
using Aurora.Bench.EndToEnd.Processes;

namespace Aurora.Bench.EndToEnd;

/// <summary>One client that submits a task, waits for it with a long poll, and only then submits the next.</summary>
internal static class LatencyPhase
{
    public static async Task<(Latency Latency, Dictionary<string, double> CpuPerTask)> MeasureAsync(MeshUnderTest mesh, BenchPlan plan)
    {
        using var connection = await HttpConnection.ConnectAsync(mesh.Server);
        for (var i = 0; i < plan.LatencyTasks / 4; i++)
        {
            await RunOneAsync(connection);
        }

        var cpu = mesh.CpuMeter();
        var before = cpu.Read();
        var ticks = new long[plan.LatencyTasks];
        for (var i = 0; i < ticks.Length; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await RunOneAsync(connection);
            ticks[i] = Stopwatch.GetTimestamp() - started;
        }

        return (Latency.Of(ticks), cpu.Read().PerTaskSince(before, ticks.Length));
    }

    private static async Task RunOneAsync(HttpConnection connection)
    {
        var taskId = ReadTaskId((await connection.SendAsync(HttpRequests.Submit)).EnsureOk().Body.Span);
        var answer = (await connection.SendAsync(HttpRequests.Get($"/tasks/{taskId}?wait=30s"))).EnsureOk();
        if (answer.Body.Span.IndexOf("\"completed\""u8) < 0)
        {
            throw new InvalidOperationException($"The task did not complete: {Encoding.UTF8.GetString(answer.Body.Span)}");
        }
    }

    private static string ReadTaskId(ReadOnlySpan<byte> answer)
    {
        var from = answer.IndexOf("task_id\":\""u8) + 10;
        return Encoding.ASCII.GetString(answer.Slice(from, answer[from..].IndexOf((byte)'"')));
    }
}
