namespace Aurora.Scheduling.Lifecycle;

/// <summary>
/// When more than half of the nodes vanish within one lease, silent or with a connection that broke, the fault is likely between the
/// mesh and the nodes, and their work goes on: it is left alone for a while instead of being run a second time.
/// </summary>
/// <param name="window">Nodes lost within this time are lost at once.</param>
/// <param name="holdFor">How long a held node's attempts are left alone.</param>
/// <param name="returnFor">The same when more than half of the nodes are back already: the others are about to come, or really gone.</param>
public sealed class MassLossBrake(TimeSpan window, TimeSpan holdFor, TimeSpan returnFor)
{
    // In a mesh of three, two lost nodes are two lost nodes.
    private const int NodesMin = 5;

    // Nodes come back over a while, those that do not are lost over a while: how many windows long returns are remembered.
    private const int ReturnWindows = 3;

    private readonly Dictionary<string, DateTimeOffset> silentSince = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> returnedAt = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> heldUntil = new(StringComparer.Ordinal);

    /// <summary>Nodes whose attempts are left alone now.</summary>
    public int HeldCount => heldUntil.Count;

    /// <summary>Whether this loss is one too many.</summary>
    /// <param name="stillSilent">Nodes that are silent as well and not lost yet: of nodes that fall silent together the first is as suspicious as the last.</param>
    public bool IsHeld(string nodeId, int nodeCount, DateTimeOffset now, int stillSilent = 0)
    {
        if (heldUntil.TryGetValue(nodeId, out var held) && held > now)
        {
            return true;
        }

        DropOld(silentSince, now - window);
        DropOld(returnedAt, now - (window * ReturnWindows));
        silentSince[nodeId] = now;
        var vanished = silentSince.Count + returnedAt.Keys.Count(returned => !silentSince.ContainsKey(returned)) + stillSilent;
        if (nodeCount < NodesMin || vanished * 2 <= nodeCount)
        {
            return false;
        }

        heldUntil[nodeId] = now + (returnedAt.Count * 2 > nodeCount ? returnFor : holdFor);
        return true;
    }

    /// <summary>A node that was taken to be there registered again: its connection had broken too, though it was not lost.</summary>
    public void Reconnected(string nodeId, DateTimeOffset now) => returnedAt[nodeId] = now;

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

    private static void DropOld(Dictionary<string, DateTimeOffset> times, DateTimeOffset before)
    {
        foreach (var (nodeId, at) in times)
        {
            if (at < before)
            {
                times.Remove(nodeId);
            }
        }
    }
}
