using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Queueing;

/// <summary>
/// A task's place in line. Waiting adds one priority level per ageing step to everybody alike, so which of two tasks
/// comes first never changes, and the place is known when the task arrives: its submission, moved back by one step
/// per level. A place that never moves and is overtaken only by submissions within ten steps cannot starve.
/// Tasks whose places lie in the same step have equal effective priority: among them those with a deadline go first, the one that must start
/// earliest before the others.
/// </summary>
/// <param name="Band">The place in whole ageing steps; equal for tasks of equal effective priority.</param>
/// <param name="DueTicks">Latest start that meets the deadline, in UTC ticks of 100 ns; the largest value without one.</param>
/// <param name="Ticks">Submission minus priority times ageing step, in ticks of 100 ns; smaller goes first.</param>
/// <param name="SubmittedTicks">Submission in UTC ticks of 100 ns.</param>
internal readonly record struct QueueKey(long Band, long DueTicks, long Ticks, long SubmittedTicks, string TaskId) : IComparable<QueueKey>
{
    private const int LowestPriority = 0;
    private const int HighestPriority = 10;
    private const int HighestBelowCritical = 7;
    private const int DeadlineLevels = 2;

    public static QueueKey Of(PendingTask task, TimeSpan agingStep) => Of(task, agingStep, agingStep, TimeSpan.Zero);

    /// <summary>A place that service counts in as well.</summary>
    /// <param name="priorityStep">What one level of priority is worth; at least the largest handicap, so that no service outweighs it.</param>
    /// <param name="handicap">How far service moves the place back.</param>
    public static QueueKey Of(PendingTask task, TimeSpan agingStep, TimeSpan priorityStep, TimeSpan handicap)
    {
        var submitted = task.SubmittedAt.UtcTicks;
        var level = Level(task.Priority);
        var due = task.LatestStart?.UtcTicks ?? long.MaxValue;
        var ticks = submitted + handicap.Ticks - (level * priorityStep.Ticks) - Advance(task, level, agingStep);
        return new QueueKey(FloorDiv(ticks, agingStep.Ticks), due, ticks, submitted, task.TaskId);
    }

    /// <summary>The key of a task without a deadline, without its id.</summary>
    /// <param name="priority">0 to 10.</param>
    /// <param name="submittedTicks">In UTC ticks of 100 ns.</param>
    /// <param name="agingStep">Of the planner.</param>
    public static QueueKey Of(int priority, long submittedTicks, TimeSpan agingStep)
    {
        var ticks = submittedTicks - (Level(priority) * agingStep.Ticks);
        return new QueueKey(FloorDiv(ticks, agingStep.Ticks), long.MaxValue, ticks, submittedTicks, "");
    }

    /// <summary>The band of a task of this priority that is submitted now.</summary>
    public static long BandAt(DateTimeOffset now, int priority, TimeSpan agingStep) =>
        FloorDiv(now.UtcTicks - (Level(priority) * agingStep.Ticks), agingStep.Ticks);

    /// <summary>Priority plus one level for each ageing step waited; for people, since it is not exact.</summary>
    public static double EffectivePriority(PendingTask task, DateTimeOffset now, TimeSpan agingStep)
    {
        var waited = Math.Max(0, (now - task.SubmittedAt).Ticks);
        return task.Priority + ((double)(waited + Advance(task, Level(task.Priority), agingStep)) / agingStep.Ticks);
    }

    public int CompareTo(QueueKey other)
    {
        // Without deadlines the order by band and then by ticks is the order by ticks.
        var order = DueTicks == other.DueTicks ? 0 : Band.CompareTo(other.Band);
        if (order == 0)
        {
            order = DueTicks.CompareTo(other.DueTicks);
        }

        if (order == 0)
        {
            order = Ticks.CompareTo(other.Ticks);
        }

        if (order == 0)
        {
            order = SubmittedTicks.CompareTo(other.SubmittedTicks);
        }

        return order != 0 ? order : string.CompareOrdinal(TaskId, other.TaskId);
    }

    /// <summary>
    /// What a deadline moves a task forward, in ticks: as much as its latest start comes nearer than two steps after its submission, so at
    /// most two levels, and never among the critical ones who was not there before.
    /// </summary>
    private static long Advance(PendingTask task, int level, TimeSpan agingStep)
    {
        if (task.LatestStart is not { } latest)
        {
            return 0;
        }

        var levels = Math.Min(DeadlineLevels, (level > HighestBelowCritical ? HighestPriority : HighestBelowCritical) - level);
        return Math.Clamp((levels * agingStep.Ticks) - (latest - task.SubmittedAt).Ticks, 0, levels * agingStep.Ticks);
    }

    private static int Level(int priority) => Math.Clamp(priority, LowestPriority, HighestPriority);

    private static long FloorDiv(long ticks, long step) => ticks >= 0 ? ticks / step : -((-ticks + step - 1) / step);
}
