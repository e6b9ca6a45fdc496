using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.Grains.Nodes;

/// <summary>An attempt that a node holds: its order, and how far it is.</summary>
internal sealed class HeldAttempt(AttemptAssignment assignment, DateTimeOffset pushedAt, bool watched)
{
    public AttemptAssignment Assignment { get; } = assignment;

    /// <summary>When the order was first pushed to the agent.</summary>
    public DateTimeOffset OrderedAt { get; } = pushedAt;

    /// <summary>When the order was last pushed to the agent.</summary>
    public DateTimeOffset PushedAt { get; set; } = pushedAt;

    /// <summary>Whether the task grain is to be told when the attempt ends.</summary>
    public bool Watched { get; set; } = watched;

    /// <summary>The task for which it was asked to leave; null for one that stays.</summary>
    public string? LeavesFor { get; set; }

    /// <summary>Whether its end is being committed: a repeated report waits for that commit's outcome by being sent again.</summary>
    public bool Ending { get; set; }
}
