namespace Aurora.Scheduling.QueuePolicy;

/// <summary>The queue policies that an operator chooses from. docs/scheduling.md has what each was measured to do.</summary>
public static class QueueProfiles
{
    private const double Hour = 3600;

    /// <summary>
    /// For tasks whose duration nobody knows. The levels are a geometric row with a factor of about six: a new task gets
    /// half a GPU hour at once, and past 140 GPU hours nothing that a task has used tells how much it still needs. A level
    /// of 48 days is longer than tasks wait in meshes that are not overloaded for months, so there it is the level that counts. The
    /// handicap of 32 hours per GPU lets narrow tasks pass a wide one of eight GPUs for at most eleven days.
    /// </summary>
    public static QueuePolicySettings LeastAttained { get; } = new()
    {
        Discipline = QueueDiscipline.LeastAttained,
        Preemptive = true,
        LevelGpuSeconds = [0.5 * Hour, 4 * Hour, 24 * Hour, 140 * Hour],
        LevelSeconds = 48 * 24 * Hour,
        HandicapSecondsPerGpu = 32 * Hour,
        HandicapGpusMax = 32,
        EfficiencyFloor = 0.2,
        MoveSpeedup = 1.05,
    };

    /// <summary>
    /// For tasks with a known duration. An exponent of 0.85 lies between remaining service, which leaves wide tasks
    /// behind, and remaining time, which lets them crowd out many narrow ones.
    /// </summary>
    public static QueuePolicySettings ShortestRemaining { get; } = new()
    {
        Discipline = QueueDiscipline.ShortestRemaining,
        Preemptive = true,
        GpuExponent = 0.85,
        EfficiencyFloor = 0.2,
        MoveSpeedup = 1.05,
    };
}
