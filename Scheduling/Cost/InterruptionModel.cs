namespace Aurora.Scheduling.Cost;

/// <summary>What an interruption of rented GPUs costs.</summary>
/// <param name="CheckpointSeconds">Time between checkpoints, above 0; half of it is lost on average.</param>
/// <param name="RestartSeconds">Time to start again, at least 0.</param>
/// <param name="Deviations">
/// How many standard deviations above the mean the number of interruptions may lie without missing the deadline; at least 0.
/// </param>
public sealed record InterruptionModel(double CheckpointSeconds = 1_800, double RestartSeconds = 120, double Deviations = 3)
{
    /// <summary>
    /// Expected and cautious seconds of a run of <paramref name="workSeconds"/>. Interruptions are Poisson, so their
    /// variance is their mean; the mean run loses half a checkpoint interval each time, the cautious one a whole one.
    /// </summary>
    public (double Expected, double Cautious) RunSeconds(double workSeconds, int gpus, double interruptionsPerHour)
    {
        const double gpusPerHazard = 8;
        var mean = workSeconds / 3_600 * interruptionsPerHour * Math.Max(1, gpus / gpusPerHazard);
        if (mean == 0)
        {
            return (workSeconds, workSeconds);
        }

        var expected = workSeconds + (mean * ((CheckpointSeconds / 2) + RestartSeconds));
        var many = mean + (Deviations * Math.Sqrt(mean));
        return (expected, workSeconds + (many * ((CheckpointSeconds / 2) + RestartSeconds)) + (CheckpointSeconds / 2));
    }
}
