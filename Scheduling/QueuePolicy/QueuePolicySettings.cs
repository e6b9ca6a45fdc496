namespace Aurora.Scheduling.QueuePolicy;

/// <summary>The configuration of <see cref="QueueRound"/>.</summary>
public sealed record QueuePolicySettings
{
    /// <summary>What decides whose turn it is. Default: arrival.</summary>
    public QueueDiscipline Discipline { get; init; } = QueueDiscipline.Arrival;

    /// <summary>Whether a task whose turn is earlier may take the GPUs of a running one. Default: no.</summary>
    public bool Preemptive { get; init; }

    /// <summary>Whether a task that does not fit blocks everybody behind it. Default: no.</summary>
    public bool StrictHead { get; init; }

    /// <summary>
    /// Attained GPU seconds at which a task falls to the next level, rising. Only for
    /// <see cref="QueueDiscipline.LeastAttained"/>.
    /// </summary>
    public IReadOnlyList<double> LevelGpuSeconds { get; init; } = [];

    /// <summary>
    /// How many seconds a task's turn moves back with each level; above 0. A task is passed by nobody who comes later than
    /// its levels and its GPUs together move it back. Default: 400 days.
    /// </summary>
    public double LevelSeconds { get; init; } = 400 * 86_400.0;

    /// <summary>
    /// How many seconds a task's turn moves back per GPU that it needs; at least 0. Narrow tasks go
    /// first, and a wide one is passed only by those that come within its handicap. Default: 0.
    /// </summary>
    public double HandicapSecondsPerGpu { get; init; }

    /// <summary>GPUs beyond which a task's turn moves back no further; 1 to 4096. Default: 64.</summary>
    public int HandicapGpusMax { get; init; } = 64;

    /// <summary>
    /// Seconds of work lost when a task stops and starts again; at least 0. It is added to the remaining seconds of a
    /// task that waits with work done, so that nobody is preempted for less than the restart costs. Default: 60.
    /// </summary>
    public double RestartSeconds { get; init; } = 60;

    /// <summary>
    /// Weight of the GPU count in shortest-remaining order, an exponent from 0 (remaining time) over 1 (remaining service) to 2.
    /// Default: 1.
    /// </summary>
    public double GpuExponent { get; init; } = 1;

    /// <summary>
    /// A running task counts with this share of its remaining service, so that a slightly shorter task does not preempt
    /// it; above 0, at most 1. Default: 1.
    /// </summary>
    public double RunningShare { get; init; } = 1;

    /// <summary>
    /// A task never starts on a GPU type on which it runs slower than this share of its best speed; 0 to 1. Default: 0.
    /// </summary>
    public double EfficiencyFloor { get; init; }

    /// <summary>
    /// What a place is worth whose GPUs must first be taken from running tasks, as a share of its speed; above 0, at
    /// most 1. At 0.5, a free GPU of half the speed is as good. Default: 0.5.
    /// </summary>
    public double TakenPlaceShare { get; init; } = 0.5;

    /// <summary>
    /// A running task moves to free GPUs that are at least this many times faster; at least 1. Infinity keeps every
    /// task where it started. Default: infinity.
    /// </summary>
    public double MoveSpeedup { get; init; } = double.PositiveInfinity;

    /// <summary>Throws <see cref="ArgumentException"/> that names the setting and what it must be.</summary>
    public void Validate()
    {
        Require(Enum.IsDefined(Discipline), nameof(Discipline), "a known discipline");
        Require(RestartSeconds is >= 0 and < double.PositiveInfinity, nameof(RestartSeconds), "at least 0");
        Require(LevelSeconds is > 0 and < double.PositiveInfinity, nameof(LevelSeconds), "above 0");
        Require(HandicapGpusMax is >= 1 and <= 4096, nameof(HandicapGpusMax), "1 to 4096");
        Require(HandicapSecondsPerGpu is >= 0 and < double.PositiveInfinity, nameof(HandicapSecondsPerGpu), "at least 0");
        Require(GpuExponent is >= 0 and <= 2, nameof(GpuExponent), "0 to 2");
        Require(RunningShare is > 0 and <= 1, nameof(RunningShare), "above 0 and at most 1");
        Require(EfficiencyFloor is >= 0 and <= 1, nameof(EfficiencyFloor), "0 to 1");
        Require(TakenPlaceShare is > 0 and <= 1, nameof(TakenPlaceShare), "above 0 and at most 1");
        Require(MoveSpeedup >= 1, nameof(MoveSpeedup), "at least 1");
        for (var level = 0; level < LevelGpuSeconds.Count; level++)
        {
            var above = level == 0 ? 0 : LevelGpuSeconds[level - 1];
            Require(LevelGpuSeconds[level] > above, nameof(LevelGpuSeconds), "positive and rising");
        }
    }

    private static void Require(bool holds, string setting, string must)
    {
        if (!holds)
        {
            throw new ArgumentException($"{setting} must be {must}.", setting);
        }
    }
}
