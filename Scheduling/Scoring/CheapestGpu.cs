namespace Aurora.Scheduling.Scoring;

/// <summary>
/// The `cost` profile, at any priority: a machine that is owned before any that is rented, then least money for the same work,
/// which is price by speed; among equal owned ones the GPU with fewest attempts, among equal rented ones the node whose oldest attempt has run
/// longest: it is paid for anyway, and the others fall idle sooner.
/// </summary>
internal static class CheapestGpu
{
    public static ScoringPolicy Policy { get; } = new(
        "owned first, then cheapest",
        new ScoreTerms(Owned: 0.5, Cheap: 0.4, FewTasks: 0.07, MemoryFree: 0.03))
    {
        OnRented = new ScoreTerms(Owned: 0.5, Cheap: 0.4),
    };

    /// <summary>Links choose where the same work costs about the same.</summary>
    public static ScoringPolicy ForSeveral { get; } = Policy.CountingLinks(0.05);
}
