namespace Aurora.Grains.Interfaces.Nodes;

/// <summary>The orders that ride on a heartbeat's answer: push is a hint, this is the truth.</summary>
/// <param name="Known">False: the mesh does not know this registration; join again.</param>
/// <param name="Start">Attempts that the node should run and did not name.</param>
/// <param name="Stop">Attempts that the node named and must stop; their reports would be refused.</param>
[GenerateSerializer, Immutable, Alias("aurora.heartbeat-reply")]
public sealed record HeartbeatReply(
    [property: Id(0)] bool Known,
    [property: Id(1)] AttemptAssignment[] Start,
    [property: Id(2)] AttemptId[] Stop)
{
    /// <summary>Attempts that the node named and must end with a checkpoint; see <see cref="INodeAgentObserver.PreemptAsync"/>.</summary>
    [Id(3)]
    public LeavingAttempt[] Preempt { get; init; } = [];
}
