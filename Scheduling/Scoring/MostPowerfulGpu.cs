namespace Aurora.Scheduling.Scoring;

/// <summary>
/// Priority 8 to 10. Power decides alone: at the scale of today's fastest GPU the other terms together weigh as much
/// as 3 TFLOPS, so they choose only among GPUs of one model or of equal speed.
/// </summary>
internal static class MostPowerfulGpu
{
    public static ScoringPolicy Policy { get; } = new(
        "most powerful GPU",
        new ScoreTerms(Power: 0.9988, MemoryFree: 0.0003, FewTasks: 0.0004, GpuIdle: 0.0003, CpuIdle: 0.0002));

    /// <summary>Links come next to power, and share with the other terms what they weigh.</summary>
    public static ScoringPolicy ForSeveral { get; } = Policy with
    {
        Weights = new ScoreTerms(Power: 0.9988, MemoryFree: 0.00015, FewTasks: 0.0002, GpuIdle: 0.00015, CpuIdle: 0.0001, Linked: 0.0006),
    };
}
