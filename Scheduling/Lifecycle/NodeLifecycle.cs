namespace Aurora.Scheduling.Lifecycle;

/// <summary>A node's life as a function of (phase, event), and of when it was last seen.</summary>
public static class NodeLifecycle
{
    /// <summary>Every change of phase there is. <c>docs/state-machines.md</c> draws the same.</summary>
    public static IReadOnlyList<NodeTransitionRule> Transitions { get; } =
    [
        new(NodePhase.Joined, NodeEvent.Seen, NodePhase.Active),
        new(NodePhase.Joined, NodeEvent.WentSilent, NodePhase.Silent),
        new(NodePhase.Joined, NodeEvent.LeaseExpired, NodePhase.Lost),
        new(NodePhase.Joined, NodeEvent.Disconnected, NodePhase.Lost),
        new(NodePhase.Active, NodeEvent.Registered, NodePhase.Joined),
        new(NodePhase.Active, NodeEvent.WentSilent, NodePhase.Silent),
        new(NodePhase.Active, NodeEvent.LeaseExpired, NodePhase.Lost),
        new(NodePhase.Active, NodeEvent.Disconnected, NodePhase.Lost),
        new(NodePhase.Silent, NodeEvent.Seen, NodePhase.Active),
        new(NodePhase.Silent, NodeEvent.Registered, NodePhase.Joined),
        new(NodePhase.Silent, NodeEvent.LeaseExpired, NodePhase.Lost),
        new(NodePhase.Silent, NodeEvent.Disconnected, NodePhase.Lost),
        new(NodePhase.Lost, NodeEvent.Registered, NodePhase.Joined),
    ];

    /// <summary>Whether new work may be placed on the node.</summary>
    public static bool TakesWork(NodePhase phase) => phase is NodePhase.Joined or NodePhase.Active;

    /// <summary>The phase after the event; the same when it changes nothing. A lost node has to register: signs of life do not revive it.</summary>
    public static NodePhase Apply(NodePhase phase, NodeEvent nodeEvent)
    {
        foreach (var rule in Transitions)
        {
            if (rule.From == phase && rule.Event == nodeEvent)
            {
                return rule.To;
            }
        }

        return phase;
    }

    /// <summary>The phase once the clock says <paramref name="now"/>, for a node last seen then. Time only takes away.</summary>
    public static NodePhase At(NodePhase phase, DateTimeOffset lastSeen, DateTimeOffset now, NodeLeaseSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var quiet = now - lastSeen;
        if (quiet >= settings.LeaseDuration)
        {
            return Apply(phase, NodeEvent.LeaseExpired);
        }

        return quiet >= settings.SilentAfter ? Apply(phase, NodeEvent.WentSilent) : phase;
    }

    /// <summary>When <see cref="At"/> next says something else while the node stays quiet; null for a lost node.</summary>
    public static DateTimeOffset? NextChange(NodePhase phase, DateTimeOffset lastSeen, NodeLeaseSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return phase switch
        {
            NodePhase.Lost => null,
            NodePhase.Silent => lastSeen + settings.LeaseDuration,
            _ => lastSeen + settings.SilentAfter,
        };
    }
}

/// <summary>One arrow of the node's state diagram.</summary>
public readonly record struct NodeTransitionRule(NodePhase From, NodeEvent Event, NodePhase To);
