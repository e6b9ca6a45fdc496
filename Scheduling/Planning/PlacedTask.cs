using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Scoring;

namespace Aurora.Scheduling.Planning;

/// <summary>A placement, why it was made and when; a restored one carries no score, and counts from when it was restored.</summary>
internal sealed record PlacedTask(
    Placement Placement, TrackedNode Node, ScoringPolicy Policy, double? Score, ScoreTerms Terms, DateTimeOffset At)
{
    /// <summary>In the place of a task: the attempt leaves since its node is drained. Nodes know the same word.</summary>
    public const string LeavesForDrain = "drain";

    /// <summary>The task for which the attempt was asked to leave, or <see cref="LeavesForDrain"/>; null for one that stays.</summary>
    public string? LeavesFor { get; set; }
}
