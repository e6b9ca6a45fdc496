namespace Aurora.GatewayApi.WebSockets;

internal sealed partial class NodeSocketSession
{
    [LoggerMessage(LogLevel.Information, "Node {NodeId} joined over a WebSocket as registration {Epoch} with {Gpus} GPUs")]
    private partial void LogJoined(string nodeId, long epoch, int gpus);

    [LoggerMessage(LogLevel.Information, "The socket of node {NodeId} ended: {Reason}")]
    private partial void LogClosed(string nodeId, string reason);

    [LoggerMessage(LogLevel.Warning, "The socket of node {NodeId} cannot be served")]
    private partial void LogFailed(string nodeId, Exception exception);

    [LoggerMessage(LogLevel.Debug, "The lease of node {NodeId} could not be renewed; the next second tries again")]
    private partial void LogNotRenewed(string nodeId, Exception exception);

    [LoggerMessage(LogLevel.Debug, "The mesh was not told that node {NodeId} left; its lease ends by itself")]
    private partial void LogNotLeft(string nodeId, Exception exception);

    [LoggerMessage(LogLevel.Debug, "The socket of node {NodeId} did not close cleanly")]
    private partial void LogNotClosed(string nodeId, Exception exception);
}
