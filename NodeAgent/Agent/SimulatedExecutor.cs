using System.Text.Json;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.NodeAgent.Executors;

namespace Aurora.NodeAgent.Agent;

/// <summary>
/// Runs nothing: sleeps as long as the task says (<c>payload.sleep_ms</c> or <c>requirements.sleep_ms</c>) and answers with a
/// result that says that it is simulated.
/// </summary>
internal sealed class SimulatedExecutor(string nodeId, TimeProvider time) : ITaskExecutor
{
    private readonly string result = new System.Text.Json.Nodes.JsonObject { ["simulated"] = true, ["node"] = nodeId }.ToJsonString();

    public ValueTask<IReadOnlyCollection<string>> GetTaskTypesAsync(CancellationToken cancellationToken) => new([.. KnownTaskTypes.All]);

    public async Task<ExecutionOutcome> ExecuteAsync(AttemptAssignment attempt, IReadOnlyList<GpuDevice> gpus, CancellationToken cancellationToken)
    {
        var sleep = SleepOf(attempt.Payload) ?? SleepOf(attempt.Requirements) ?? TimeSpan.Zero;
        if (sleep > TimeSpan.Zero)
        {
            await Task.Delay(sleep, time, cancellationToken);
        }

        return ExecutionOutcome.Completed(result);
    }

    private static TimeSpan? SleepOf(string json)
    {
        if (!json.Contains("sleep_ms", StringComparison.Ordinal))
        {
            return null;
        }

        using var document = JsonDocument.Parse(json);
        var holder = document.RootElement.TryGetProperty("payload", out var payload) && payload.ValueKind == JsonValueKind.Object
            ? payload
            : document.RootElement;
        return holder.TryGetProperty("sleep_ms", out var sleep) && sleep.TryGetDouble(out var milliseconds)
            ? TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 0, TimeSpan.FromDays(1).TotalMilliseconds))
            : null;
    }
}
