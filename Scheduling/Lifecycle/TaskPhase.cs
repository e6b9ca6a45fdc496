namespace Aurora.Scheduling.Lifecycle;

/// <summary>Where a task is in its life. The numbers are stored: add, never renumber.</summary>
public enum TaskPhase
{
    /// <summary>Waits for a place.</summary>
    Queued = 0,

    /// <summary>Has a place; the node has not said that it started.</summary>
    Assigned = 1,

    /// <summary>Runs on a node.</summary>
    Running = 2,

    /// <summary>Ended with a result.</summary>
    Completed = 3,

    /// <summary>Ended without one.</summary>
    Failed = 4,

    /// <summary>Ended by request.</summary>
    Cancelled = 5,
}
