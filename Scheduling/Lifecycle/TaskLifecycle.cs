namespace Aurora.Scheduling.Lifecycle;

/// <summary>A task's life as a function of (phase, attempt, event).</summary>
public static class TaskLifecycle
{
    /// <summary>Every change of phase there is. <c>docs/state-machines.md</c> draws the same.</summary>
    public static IReadOnlyList<TaskTransitionRule> Transitions { get; } =
    [
        new(TaskPhase.Queued, TaskEventKind.Assigned, TaskPhase.Assigned),
        new(TaskPhase.Queued, TaskEventKind.Cancelled, TaskPhase.Cancelled),
        new(TaskPhase.Queued, TaskEventKind.GivenUp, TaskPhase.Failed),
        new(TaskPhase.Assigned, TaskEventKind.Started, TaskPhase.Running),

        // The report of the start may be lost or late; the end proves it.
        new(TaskPhase.Assigned, TaskEventKind.Completed, TaskPhase.Completed),
        new(TaskPhase.Assigned, TaskEventKind.Failed, TaskPhase.Failed),
        new(TaskPhase.Assigned, TaskEventKind.Requeued, TaskPhase.Queued),
        new(TaskPhase.Assigned, TaskEventKind.Cancelled, TaskPhase.Cancelled),
        new(TaskPhase.Running, TaskEventKind.Completed, TaskPhase.Completed),
        new(TaskPhase.Running, TaskEventKind.Failed, TaskPhase.Failed),
        new(TaskPhase.Running, TaskEventKind.Requeued, TaskPhase.Queued),
        new(TaskPhase.Running, TaskEventKind.Cancelled, TaskPhase.Cancelled),
        new(TaskPhase.Failed, TaskEventKind.Revived, TaskPhase.Queued),
    ];

    /// <summary>Whether nothing happens to the task any more by itself.</summary>
    public static bool HasEnded(TaskPhase phase) =>
        phase is TaskPhase.Completed or TaskPhase.Failed or TaskPhase.Cancelled;

    /// <summary>What the event makes of a task with so many attempts made; a rejected event changes nothing.</summary>
    public static TaskTransition Apply(TaskPhase phase, int attempt, TaskEvent taskEvent)
    {
        if (RejectionOf(phase, attempt, taskEvent) is { } rejection)
        {
            return new TaskTransition(phase, attempt, rejection);
        }

        foreach (var rule in Transitions)
        {
            if (rule.From == phase && rule.Event == taskEvent.Kind)
            {
                var attempts = taskEvent.Kind == TaskEventKind.Assigned ? taskEvent.Attempt : attempt;
                return new TaskTransition(rule.To, attempts, Rejection: null);
            }
        }

        throw new ArgumentOutOfRangeException(nameof(taskEvent), $"{taskEvent.Kind} has no rule in phase {phase}.");
    }

    private static TaskRejection? RejectionOf(TaskPhase phase, int attempt, TaskEvent taskEvent)
    {
        if (taskEvent.Kind == TaskEventKind.Revived)
        {
            return phase == TaskPhase.Failed ? null : TaskRejection.NotFailed;
        }

        // The fence comes first: what a superseded attempt says is never evidence about the present one. The only
        // attempt that an assignment may open is the next; a task that has ended opens none.
        if (taskEvent.Kind != TaskEventKind.Cancelled)
        {
            var expected = taskEvent.Kind == TaskEventKind.Assigned ? attempt + 1 : attempt;
            if (taskEvent.Attempt != expected)
            {
                return taskEvent.Attempt < expected ? TaskRejection.StaleAttempt : TaskRejection.UnknownAttempt;
            }
        }

        if (HasEnded(phase))
        {
            return TaskRejection.AlreadyEnded;
        }

        return (phase, taskEvent.Kind) switch
        {
            (TaskPhase.Assigned or TaskPhase.Running, TaskEventKind.Assigned or TaskEventKind.GivenUp) => TaskRejection.AlreadyPlaced,
            (TaskPhase.Running, TaskEventKind.Started) => TaskRejection.AlreadyStarted,
            (TaskPhase.Queued, not (TaskEventKind.Assigned or TaskEventKind.Cancelled or TaskEventKind.GivenUp)) => TaskRejection.NotPlaced,
            _ => null,
        };
    }
}
