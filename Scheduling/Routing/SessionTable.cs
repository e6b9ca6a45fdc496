namespace Aurora.Scheduling.Routing;

/// <summary>
/// Where conversations went last, so that their next request finds what its node still has of them in memory. Bounded: the
/// conversation that was silent for longest is forgotten first.
/// </summary>
internal sealed class SessionTable(int capacity)
{
    /// <summary>Conversations remembered by a planner.</summary>
    public const int DefaultCapacity = 10_000;

    private readonly Dictionary<string, LinkedListNode<(string Session, int Node)>> sessions = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Session, int Node)> byUse = new();

    public int Count => sessions.Count;

    /// <summary>The ordinal of the node of the conversation's last request; null when it is not known.</summary>
    public int? Find(string? session) => session is not null && sessions.TryGetValue(session, out var entry) ? entry.Value.Node : null;

    public void Remember(string? session, int node)
    {
        if (session is null)
        {
            return;
        }

        if (sessions.Remove(session, out var known))
        {
            byUse.Remove(known);
        }
        else if (sessions.Count == capacity)
        {
            sessions.Remove(byUse.First!.Value.Session);
            byUse.RemoveFirst();
        }

        sessions.Add(session, byUse.AddLast((session, node)));
    }
}
