namespace Aurora.Scheduling.Scoring;

/// <summary>A task without a GPU, at any priority: the least loaded node, and of equals one that has no GPU to keep busy.</summary>
internal static class WithoutGpu
{
    public static ScoringPolicy Policy { get; } = new(
        "least loaded node, no GPU needed",
        new ScoreTerms(CpuIdle: 0.5, NodeFewTasks: 0.45, GpusSpared: 0.05));
}
