using Orleans.Concurrency;

namespace Aurora.Grains.Interfaces.Nodes;

/// <summary>One GPU node. The key is the node id. The grain is the only writer of its GPUs' memory ledger and holds the lease.</summary>
[GrainInterfaceType("aurora.node")]
public interface INodeGrain : IGrainWithStringKey
{
    /// <summary>Registers the node, or registers it again; the newest registration wins.</summary>
    Task<JoinReply> JoinAsync(NodeRegistration registration, INodeAgentObserver agent);

    /// <summary>Replaces the announced facts of a registration. An old epoch changes nothing.</summary>
    Task UpdateAsync(long epoch, NodeRegistration registration);

    /// <summary>Renews the lease and answers with orders.</summary>
    [AlwaysInterleave]
    [ResponseTimeout("00:00:02")]
    Task<HeartbeatReply> HeartbeatAsync(Heartbeat heartbeat);

    /// <summary>
    /// Reports on attempts. The answer has one verdict per report, in order, and comes after the commit; on
    /// <see cref="MeshUnavailableException"/> the node keeps the reports and sends them again.
    /// </summary>
    [AlwaysInterleave]
    Task<Tasks.ReportVerdict[]> ReportAsync(long epoch, AttemptReport[] reports);

    /// <summary>
    /// The node's connection ended. Its attempts move on at once, or after a short grace when it may return with them. An old
    /// epoch changes nothing.
    /// </summary>
    Task DisconnectAsync(long epoch, string reason, bool mayReturn);

    /// <summary>
    /// Takes the attempts into the ledger and pushes them to the agent. Returns those refused, each with a reason
    /// (node lost, memory taken). Repeating it is safe.
    /// </summary>
    [AlwaysInterleave]
    Task<AssignmentRefusal[]> AssignAsync(NodeAssignment[] assignments);

    /// <summary>Frees the attempt and tells the agent to stop it. Does nothing when it is not held.</summary>
    [AlwaysInterleave]
    Task StopAsync(AttemptId attempt);

    /// <summary>
    /// Asks the agent to end these attempts with a checkpoint. They stay held until the agent reports them as preempted, or ended as they
    /// would have anyway. Does nothing for those that are not held; repeating it is safe.
    /// </summary>
    [AlwaysInterleave]
    Task PreemptAsync(LeavingAttempt[] attempts);

    /// <summary>Have the task grain told when the attempt ends. False when it is not held: nobody is told then.</summary>
    [AlwaysInterleave]
    Task<bool> WatchAsync(string taskId);

    /// <summary>
    /// On a node of several pools: this pool has a task waiting that would fit here if the node were idle. Repeated while that is so;
    /// a pool that waits long gets its turn.
    /// </summary>
    [OneWay]
    [AlwaysInterleave]
    Task AwaitTurnAsync(string pool);

    /// <summary>Called by the keep-alive of every silo for nodes whose grain may be gone; starts the lease watch.</summary>
    [AlwaysInterleave]
    Task EnsureActiveAsync();
}

/// <summary>An assignment with what only the mesh needs to know of it.</summary>
/// <param name="Watched">Whether the task grain is to be told when the attempt ends.</param>
[GenerateSerializer, Immutable, Alias("aurora.node-assignment")]
public sealed record NodeAssignment(
    [property: Id(0)] AttemptAssignment Assignment,
    [property: Id(1)] long NodeEpoch,
    [property: Id(2)] bool Watched);

/// <summary>An assignment that a node's ledger refused.</summary>
[GenerateSerializer, Immutable, Alias("aurora.assignment-refusal")]
public sealed record AssignmentRefusal(
    [property: Id(0)] AttemptId Attempt,
    [property: Id(1)] string Reason);
