namespace Aurora.Scheduling.Scoring;

/// <summary>Priority 0 to 2. The node as a whole decides; the terms of the single GPU only choose among its GPUs.</summary>
internal static class LeastLoadedNode
{
    public static ScoringPolicy Policy { get; } = new(
        "least loaded node",
        new ScoreTerms(
            MemoryFree: 0.02,
            FewTasks: 0.02,
            GpuIdle: 0.01,
            CpuIdle: 0.2,
            NodeFewTasks: 0.35,
            NodeMemoryFree: 0.2,
            NodeGpuIdle: 0.2));

    /// <summary>Links choose among the GPUs of a node and among nodes that are equally loaded.</summary>
    public static ScoringPolicy ForSeveral { get; } = Policy.CountingLinks(0.05);
}
