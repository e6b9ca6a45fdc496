using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Queueing;

/// <summary>
/// A task's place in line. Waiting adds one priority level per ageing step to everybody alike, so which of two tasks
/// comes first never changes, and the place is known when the task arrives: its submission, moved back by one step
/// per level. A place that never moves and is overtaken only by submissions within ten steps cannot starve.
/// </summary>
/// <param name="Ticks">Submission minus priority times ageing step, in ticks of 100 ns; smaller goes first.</param>
/// <param name="SubmittedTicks">Submission in UTC ticks of 100 ns.</param>
internal readonly record struct QueueKey(long Ticks, long SubmittedTicks, string TaskId) : IComparable<QueueKey>
{
    private const int LowestPriority = 0;
    private const int HighestPriority = 10;

    public static QueueKey Of(PendingTask task, TimeSpan agingStep)
    {
        var submitted = task.SubmittedAt.UtcTicks;
        var level = Math.Clamp(task.Priority, LowestPriority, HighestPriority);
        return new QueueKey(submitted - (level * agingStep.Ticks), submitted, task.TaskId);
    }

    /// <summary>Priority plus one level for each ageing step waited; for people, since it is not exact.</summary>
    public static double EffectivePriority(PendingTask task, DateTimeOffset now, TimeSpan agingStep)
    {
        var waited = Math.Max(0, (now - task.SubmittedAt).Ticks);
        return task.Priority + ((double)waited / agingStep.Ticks);
    }

    public int CompareTo(QueueKey other)
    {
        var order = Ticks.CompareTo(other.Ticks);
        if (order == 0)
        {
            order = SubmittedTicks.CompareTo(other.SubmittedTicks);
        }

        return order != 0 ? order : string.CompareOrdinal(TaskId, other.TaskId);
    }
}
