namespace Aurora.Scheduling.QueuePolicy;

/// <summary>Whose turn it is: sorts tasks by discipline, ties by arrival.</summary>
public sealed class ServiceOrder
{
    private readonly QueuePolicySettings settings;

    /// <summary>Throws <see cref="ArgumentException"/> on a setting out of range.</summary>
    public ServiceOrder(QueuePolicySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        this.settings = settings;
    }

    /// <summary>The tasks by their turn, first first. Throws where shortest-remaining order meets an unknown duration.</summary>
    public QueuedTask[] Sort(IReadOnlyList<QueuedTask> tasks)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        var sorted = tasks.ToArray();
        var keys = Array.ConvertAll(sorted, task => new Turn(KeyOf(task), task.Ordinal));
        Array.Sort(keys, sorted);
        return sorted;
    }

    /// <summary>
    /// Seconds by which a task's turn lies behind its submission: for the level of the service that is left of it, or, where nobody knows
    /// that, of the service that it had, since a task goes on for about as long as it has gone so far; and for its width.
    /// </summary>
    /// <param name="gpus">GPUs that it needs, at least 1.</param>
    /// <param name="attainedGpuSeconds">GPU seconds that it has occupied.</param>
    /// <param name="remainingSeconds">Seconds that it still needs; null where nobody knows.</param>
    public double HandicapSeconds(int gpus, double attainedGpuSeconds, double? remainingSeconds) =>
        (LevelOf(remainingSeconds * gpus ?? attainedGpuSeconds) * settings.LevelSeconds)
        + (Math.Min(gpus, settings.HandicapGpusMax) * settings.HandicapSecondsPerGpu);

    /// <summary>The most seconds by which service and width put a task behind its submission.</summary>
    public double HandicapMaxSeconds =>
        (settings.LevelGpuSeconds.Count * settings.LevelSeconds) + (settings.HandicapGpusMax * settings.HandicapSecondsPerGpu);

    /// <summary>The level of a task that has occupied so many GPU seconds; 0 is served first.</summary>
    public int LevelOf(double attainedGpuSeconds)
    {
        var level = 0;
        while (level < settings.LevelGpuSeconds.Count && attainedGpuSeconds >= settings.LevelGpuSeconds[level])
        {
            level++;
        }

        return level;
    }

    /// <summary>
    /// Seconds until a running task falls to the next level and a new round may decide otherwise; infinity where time
    /// alone changes nothing.
    /// </summary>
    public double SecondsToReview(QueuedTask running)
    {
        ArgumentNullException.ThrowIfNull(running);
        var level = LevelOf(running.AttainedGpuSeconds);
        return settings.Discipline == QueueDiscipline.LeastAttained && level < settings.LevelGpuSeconds.Count
            ? (settings.LevelGpuSeconds[level] - running.AttainedGpuSeconds) / running.Gpus
            : double.PositiveInfinity;
    }

    private double KeyOf(QueuedTask task) => settings.Discipline switch
    {
        QueueDiscipline.LeastAttained => task.SubmittedSeconds + HandicapSeconds(task.Gpus, task.AttainedGpuSeconds, task.RemainingSeconds),
        QueueDiscipline.ShortestRemaining => RemainingService(task),
        _ => 0,
    };

    private double RemainingService(QueuedTask task)
    {
        var remaining = task.RemainingSeconds
            ?? throw new ArgumentException($"Task {task.Ordinal} has no RemainingSeconds; this order needs them.", nameof(task));
        var service = Math.Pow(task.Gpus, settings.GpuExponent);
        if (task.IsRunning)
        {
            return remaining * service * settings.RunningShare;
        }

        return (remaining + (task.AttainedGpuSeconds > 0 ? settings.RestartSeconds : 0)) * service;
    }

    private readonly record struct Turn(double Key, int Ordinal) : IComparable<Turn>
    {
        public int CompareTo(Turn other) =>
            Key.CompareTo(other.Key) is var order and not 0 ? order : Ordinal.CompareTo(other.Ordinal);
    }
}
