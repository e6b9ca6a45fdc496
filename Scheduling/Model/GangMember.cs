namespace Aurora.Scheduling.Model;

/// <summary>One node's part of a gang. Its place among the members is its rank.</summary>
/// <param name="NodeEpoch">The registration of the node that the part is for.</param>
/// <param name="Gpus">Indexes of the node's GPUs, ascending; empty for a task without a GPU.</param>
public sealed record GangMember(string NodeId, long NodeEpoch, IReadOnlyList<int> Gpus)
{
    /// <summary>Whether the part has ended well and its place is free, while others of the gang still run.</summary>
    public bool HasEnded { get; init; }
}
