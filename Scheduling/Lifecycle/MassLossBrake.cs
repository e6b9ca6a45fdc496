namespace Aurora.Scheduling.Lifecycle;

/// <summary>
/// When more than half of the nodes fall silent within one lease, the fault is likely between the mesh and the nodes, and
/// their work goes on: it is left alone for a while instead of being run a second time.
/// </summary>
/// <param name="window">Nodes lost within this time are lost at once.</param>
/// <param name="holdFor">How long a held node's attempts are left alone.</param>
public sealed class MassLossBrake(TimeSpan window, TimeSpan holdFor)
{
    // In a mesh of three, two lost nodes are two lost nodes.
    private const int NodesMin = 5;

    private readonly Dictionary<string, DateTimeOffset> silentSince = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> heldUntil = new(StringComparer.Ordinal);

    /// <summary>Whether this loss is one too many.</summary>
    /// <param name="stillSilent">Nodes that are silent as well and not lost yet: of nodes that fall silent together the first is as suspicious as the last.</param>
    public bool IsHeld(string nodeId, int nodeCount, DateTimeOffset now, int stillSilent = 0)
    {
        if (heldUntil.TryGetValue(nodeId, out var held) && held > now)
        {
            return true;
        }

        foreach (var (past, at) in silentSince)
        {
            if (now - at > window)
            {
                silentSince.Remove(past);
            }
        }

        silentSince[nodeId] = now;
        if (nodeCount < NodesMin || (silentSince.Count + stillSilent) * 2 <= nodeCount)
        {
            return false;
        }

        heldUntil[nodeId] = now + holdFor;
        return true;
    }

    /// <summary>The node is there again: its next loss counts anew.</summary>
    public void Returned(string nodeId) => heldUntil.Remove(nodeId);

    /// <summary>Nodes whose time is over.</summary>
    public IReadOnlyList<string> TakeDue(DateTimeOffset now)
    {
        List<string>? due = null;
        foreach (var (nodeId, until) in heldUntil)
        {
            if (until <= now)
            {
                (due ??= []).Add(nodeId);
            }
        }

        due?.ForEach(nodeId => heldUntil.Remove(nodeId));
        return due ?? [];
    }
}
