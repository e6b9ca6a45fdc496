using System.Text.Json;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Output;

namespace Aurora.GatewayApi.WebSockets;

/// <summary>What the node's attempts put out while they run.</summary>
internal sealed partial class NodeSocketSession
{
    private const int OutputCallsMax = 32;

    // Reading goes on while output is brought to the mesh: a heartbeat must not wait for a silo that holds some task's output.
    private readonly SemaphoreSlim _outputCalls = new(OutputCallsMax);

    private async Task AddOutputAsync(JsonElement frame)
    {
        var (taskId, batch, error) = OutputFrames.Parse(frame);
        if (batch is null)
        {
            await PostAsync(NodeFrames.Error(error!));
            return;
        }

        if (batch.Pieces.Length > 0)
        {
            _limits.Hear(new AttemptId(taskId!, batch.Attempt));
        }

        await _outputCalls.WaitAsync(_endedToken);
        _ = BringOutputAsync(taskId!, batch);
    }

    private async Task BringOutputAsync(string taskId, OutputBatch batch)
    {
        try
        {
            var attempt = new AttemptId(taskId, batch.Attempt);
            var receipt = await _grains.GetGrain<ITaskOutputGrain>(taskId).AppendAsync(batch);
            await PostAsync(NodeFrames.OutputAck(attempt, receipt));
        }
        catch (Exception exception) when (ProblemMiddleware.IsUnavailable(exception))
        {
            // Without an answer the node sends it again.
            LogOutputNotTaken(_nodeId, taskId, exception);
        }
        finally
        {
            _outputCalls.Release();
        }
    }

    [LoggerMessage(LogLevel.Debug, "Output of task {TaskId} on node {NodeId} was not taken")]
    private partial void LogOutputNotTaken(string nodeId, string taskId, Exception exception);
}
