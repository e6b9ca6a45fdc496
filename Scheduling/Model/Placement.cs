namespace Aurora.Scheduling.Model;

/// <summary>The decision that a task runs on these GPUs of this node. Its memory is reserved when it is returned.</summary>
/// <param name="Attempt">The number of this attempt: the fencing token of everything said about it.</param>
/// <param name="NodeId">Of a gang the node of rank 0, or where it is seen from one node, that node.</param>
/// <param name="Gpus">Indexes of the node's GPUs, ascending; empty for a task without a GPU.</param>
public sealed record Placement(PendingTask Task, int Attempt, string NodeId, long NodeEpoch, IReadOnlyList<int> Gpus)
{
    /// <summary>The members of a gang by rank; null for a task of one node.</summary>
    public IReadOnlyList<GangMember>? Gang { get; init; }

    /// <summary>The placement as one of its nodes sees it.</summary>
    public Placement On(string nodeId) => Gang is not null && NodeId != nodeId && MemberOn(nodeId) is { } member
        ? this with { NodeId = nodeId, NodeEpoch = member.NodeEpoch, Gpus = member.Gpus }
        : this;

    /// <summary>The GPUs that it has of one of its nodes.</summary>
    public IReadOnlyList<int> GpusOn(string nodeId) => Gang is null || NodeId == nodeId ? Gpus : MemberOn(nodeId)?.Gpus ?? [];

    /// <summary>The node of rank 0, by which the store knows the attempt.</summary>
    public string LeadNode() => Gang is null ? NodeId : Gang[0].NodeId;

    /// <summary>Every node that it still runs on.</summary>
    public IEnumerable<string> OpenNodes() => Gang is null ? [NodeId] : Gang.Where(member => !member.HasEnded).Select(member => member.NodeId);

    /// <summary>Whether it still runs on the node.</summary>
    public bool IsOpenOn(string nodeId) => Gang is null ? NodeId == nodeId : MemberOn(nodeId) is { HasEnded: false };

    private GangMember? MemberOn(string nodeId)
    {
        foreach (var member in Gang!)
        {
            if (member.NodeId == nodeId)
            {
                return member;
            }
        }

        return null;
    }
}
