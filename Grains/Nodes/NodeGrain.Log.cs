using Microsoft.Extensions.Logging;

namespace Aurora.Grains.Nodes;

internal sealed partial class NodeGrain
{
    [LoggerMessage(LogLevel.Warning, "Node {NodeId}: registration {OldEpoch} is replaced by {NewEpoch}")]
    private partial void LogReplaced(string nodeId, long oldEpoch, long newEpoch);

    [LoggerMessage(LogLevel.Warning, "Two machines join as {NodeId} and take the name from each other; registration {Epoch} keeps it, the other is asked to wait {Seconds:F0} s")]
    private partial void LogNameRefused(string nodeId, long epoch, double seconds);

    [LoggerMessage(LogLevel.Debug, "Node {NodeId} does not answer: {Reason}")]
    private partial void LogPingFailed(string nodeId, string reason);

    [LoggerMessage(LogLevel.Warning, "Push to node {NodeId} failed: {Reason}; its next heartbeat repeats it")]
    private partial void LogPushFailed(string nodeId, string reason);

    [LoggerMessage(LogLevel.Warning, "Task {TaskId} attempt {Attempt} no longer fits node {NodeId}: {Reason}")]
    private partial void LogDropped(string taskId, int attempt, string nodeId, string reason);
}
