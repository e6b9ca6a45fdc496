using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Planning;

/// <summary>Nodes that serve other pools as well.</summary>
public sealed partial class MeshPlanner
{
    /// <summary>Takes what attempts of other pools hold on a node by now; a node that is not known changes nothing.</summary>
    public void ObserveForeign(string nodeId, IReadOnlyList<ForeignAttempt> attempts)
    {
        ArgumentNullException.ThrowIfNull(attempts);
        if (nodes.Find(nodeId) is { } node && (attempts.Count > 0 || node.Ledger.ForeignCount > 0))
        {
            node.ReplaceForeign(attempts);
            Renew(node);

            // Rows do not show who is kept apart from whom.
            freed.NodeGained(node.Ordinal);
        }
    }

    /// <summary>Whether some waiting task would fit on the node if it were idle and open.</summary>
    public bool AwaitsNode(string nodeId)
    {
        if (waiting.Count == 0 || nodes.Find(nodeId) is not { } node)
        {
            return false;
        }

        foreach (var shapes in waiting.Active)
        {
            var reachable = reach.Nominal(node.Ordinal, shapes);
            if (reachable != Reach.Nothing && reachable >= shapes.Lines.SmallestNeed)
            {
                return true;
            }
        }

        return false;
    }
}
