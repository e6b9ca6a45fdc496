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

    /// <summary>The attempt failed or is lost, and the task goes back in line for another one.</summary>
    Requeued,

    /// <summary>Somebody asked that the task end.</summary>
    Cancelled,

    /// <summary>The task will not get an attempt: it waited too long, or what it comes after failed.</summary>
    GivenUp,

    /// <summary>Somebody asked that a failed task be tried again.</summary>
    Revived,
}

/// <summary>Something that happened to a task.</summary>
/// <param name="Attempt">The attempt that it is about; not looked at for <see cref="TaskEventKind.Cancelled"/> and <see cref="TaskEventKind.Revived"/>.</param>
public readonly record struct TaskEvent(TaskEventKind Kind, int Attempt);
