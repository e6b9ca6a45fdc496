using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Output;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.NodeAgent.Connection;

/// <summary>One connection of one node to the mesh. Any member throws when the connection is gone or the mesh cannot answer.</summary>
internal interface IMeshSession : IAsyncDisposable
{
    /// <summary>"orleans" or "websocket".</summary>
    string Transport { get; }

    /// <summary>Largest result that a report may carry over it, in bytes of UTF-8.</summary>
    int ResultBytesMax { get; }

    /// <summary>Ends when the connection is known to be gone.</summary>
    Task Closed { get; }

    /// <summary>Registers the node; <paramref name="orders"/> hears what the mesh pushes from then on.</summary>
    Task<JoinReply> JoinAsync(NodeRegistration registration, INodeOrders orders, CancellationToken cancellationToken);

    /// <summary>Replaces the announced facts.</summary>
    Task UpdateAsync(long epoch, NodeRegistration registration, CancellationToken cancellationToken);

    Task<HeartbeatReply> HeartbeatAsync(Heartbeat heartbeat, CancellationToken cancellationToken);

    /// <summary>Sends reports; returns once the mesh has committed every one of them.</summary>
    Task<ReportVerdict[]> ReportAsync(long epoch, AttemptReport[] reports, CancellationToken cancellationToken);

    /// <summary>Sends output of one attempt of the task; the next batch of that attempt follows the answer.</summary>
    Task<OutputReceipt> AppendOutputAsync(string taskId, OutputBatch batch, CancellationToken cancellationToken);

    /// <summary>Says that the node goes away.</summary>
    Task LeaveAsync(long epoch, string reason);
}

/// <summary>What the mesh pushes to a node. Calls may repeat and may come from any thread; none may block.</summary>
internal interface INodeOrders
{
    void Start(IReadOnlyList<AttemptAssignment> assignments);

    void Stop(IReadOnlyList<AttemptId> attempts);

    /// <summary>These attempts are to end with a checkpoint and to be reported as preempted.</summary>
    void Preempt(IReadOnlyList<LeavingAttempt> attempts);

    /// <summary>Another registration of this node's name took over.</summary>
    void Replaced();
}

/// <summary>Opens sessions.</summary>
internal interface IMeshConnector
{
    Task<IMeshSession> ConnectAsync(string nodeId, CancellationToken cancellationToken);
}
