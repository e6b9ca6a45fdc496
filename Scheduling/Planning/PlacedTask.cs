using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Scoring;

namespace Aurora.Scheduling.Planning;

/// <summary>A placement and why it was made; a restored one carries no score.</summary>
internal sealed record PlacedTask(
    Placement Placement, TrackedNode Node, ScoringPolicy Policy, double? Score, ScoreTerms Terms);
