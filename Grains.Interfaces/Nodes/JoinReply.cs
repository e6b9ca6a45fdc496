namespace Aurora.Grains.Interfaces.Nodes;

/// <summary>The answer to a registration.</summary>
/// <param name="Epoch">Grows with each registration of the node; names this one from now on.</param>
/// <param name="HeartbeatInterval">How often to send a heartbeat.</param>
/// <param name="Stop">Attempts of the announced inventory that the node must stop and forget.</param>
[GenerateSerializer, Immutable, Alias("aurora.join-reply")]
public sealed record JoinReply(
    [property: Id(0)] long Epoch,
    [property: Id(1)] TimeSpan HeartbeatInterval,
    [property: Id(2)] AttemptId[] Stop)
{
    /// <summary>
    /// Null: the node is registered. Otherwise it is not, because another machine of this name is alive and the two took it from each
    /// other several times in a row, or because many nodes register at once; it may ask again after this long.
    /// </summary>
    [Id(3)]
    public TimeSpan? RefusedFor { get; init; }

    /// <summary>Of a node that is refused: only because more nodes register at once than may; nobody takes its name.</summary>
    [Id(4)]
    public bool IsBusy { get; init; }
}
