namespace Aurora.Scheduling.Lifecycle;

/// <summary>What can happen to a task.</summary>
public enum TaskEventKind
{
    /// <summary>A node has been found for the next attempt.</summary>
    Assigned,

    /// <summary>The node says that the attempt runs.</summary>
    Started,

    /// <summary>The attempt ended with a result.</summary>
    Completed,

    /// <summary>The attempt ended without one, and there is no further attempt.</summary>
    Failed,

    /// <summary>The attempt is lost, and the task goes back in line.</summary>
    Requeued,

    /// <summary>Somebody asked that the task end.</summary>
    Cancelled,
}

/// <summary>Something that happened to a task.</summary>
/// <param name="Attempt">The attempt that it is about; not looked at for <see cref="TaskEventKind.Cancelled"/>.</param>
public readonly record struct TaskEvent(TaskEventKind Kind, int Attempt);
