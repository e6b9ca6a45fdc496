namespace Aurora.Scheduling.Scoring;

/// <summary>Priority 3 to 7. Every GPU of the mesh fills evenly: by attempts, by memory, then by what it measures.</summary>
internal static class BalancedGpus
{
    public static ScoringPolicy Policy { get; } = new(
        "balance over all GPUs",
        new ScoreTerms(MemoryFree: 0.35, FewTasks: 0.35, GpuIdle: 0.2, CpuIdle: 0.1));

    /// <summary>A vendor's own link outweighs an attempt more on each GPU; what PCI Express makes of a difference does not.</summary>
    public static ScoringPolicy ForSeveral { get; } = Policy.CountingLinks(0.3);
}
