namespace Aurora.Scheduling.Lifecycle;

/// <summary>Why an event changes nothing. In the order in which the reasons are looked for.</summary>
public enum TaskRejection
{
    /// <summary>It is about an attempt that a later one has superseded.</summary>
    StaleAttempt,

    /// <summary>It is about an attempt that does not exist yet.</summary>
    UnknownAttempt,

    /// <summary>The task has ended.</summary>
    AlreadyEnded,

    /// <summary>The task has a place.</summary>
    AlreadyPlaced,

    /// <summary>The attempt runs already.</summary>
    AlreadyStarted,

    /// <summary>The attempt was given up, and the task waits for its next one.</summary>
    NotPlaced,

    /// <summary>The task has not failed, so there is nothing to try again.</summary>
    NotFailed,
}
