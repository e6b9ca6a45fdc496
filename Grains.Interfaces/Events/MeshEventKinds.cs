namespace Aurora.Grains.Interfaces.Events;

/// <summary>What a <see cref="MeshEvent"/> can be about. A reader ignores kinds that it does not know.</summary>
public static class MeshEventKinds
{
    /// <summary>A task was accepted; the detail is its type.</summary>
    public const string TaskSubmitted = "task.submitted";

    /// <summary>A node was chosen for an attempt.</summary>
    public const string TaskPlaced = "task.placed";

    /// <summary>A node began an attempt.</summary>
    public const string TaskStarted = "task.started";

    /// <summary>A task ended with a result.</summary>
    public const string TaskCompleted = "task.completed";

    /// <summary>A task ended without a result: it is a dead letter now.</summary>
    public const string TaskFailed = "task.failed";

    /// <summary>A task was cancelled on request.</summary>
    public const string TaskCancelled = "task.cancelled";

    /// <summary>An attempt ended and its task did not: it goes back in line. The detail says why.</summary>
    public const string TaskRequeued = "task.requeued";

    /// <summary>An attempt left for a task of higher priority and its own task goes back in line, from its checkpoint; the detail names the other task.</summary>
    public const string TaskPreempted = "task.preempted";

    /// <summary>A waiting task can no longer meet its deadline; the detail says what it waits for.</summary>
    public const string TaskLate = "task.late";

    /// <summary>Somebody put a task that had failed back in line.</summary>
    public const string TaskRetried = "task.retried";

    /// <summary>A node registered.</summary>
    public const string NodeJoined = "node.joined";

    /// <summary>A node is silent and gets no new work.</summary>
    public const string NodeSuspect = "node.suspect";

    /// <summary>A process on a node cannot be killed, and the node gets no work until it is gone; the detail says which.</summary>
    public const string NodeStuck = "node.stuck";

    /// <summary>A node that was suspect, stuck or in quarantine gets work again.</summary>
    public const string NodeActive = "node.active";

    /// <summary>A node's lease ended; what it ran goes back in line.</summary>
    public const string NodeLost = "node.lost";

    /// <summary>An operator closed a node to new work.</summary>
    public const string NodeCordoned = "node.cordoned";

    /// <summary>An operator opened a node again.</summary>
    public const string NodeUncordoned = "node.uncordoned";

    /// <summary>An operator asked that a node be emptied; the detail is the deadline.</summary>
    public const string NodeDraining = "node.draining";

    /// <summary>A node that is being drained runs nothing any more.</summary>
    public const string NodeDrained = "node.drained";

    /// <summary>A node failed too much and gets no work for a while; the detail says why.</summary>
    public const string NodeQuarantined = "node.quarantined";

    /// <summary>The program that wakes an owned node was started; the detail names the first task that waits for it.</summary>
    public const string NodeWoken = "node.woken";

    /// <summary>A rented node has been idle for so long that it should be given back; the detail is since when.</summary>
    public const string NodeReleaseAdvised = "node.release_advised";

    /// <summary>The program that gives a rented node back has done so.</summary>
    public const string NodeReleased = "node.released";

    /// <summary>A program of the operator failed for a node; the detail says why.</summary>
    public const string NodeHookFailed = "node.hook_failed";

    /// <summary>Whether nothing follows for the task, unless somebody retries it.</summary>
    public static bool EndsTask(string kind) => kind is TaskCompleted or TaskFailed or TaskCancelled;
}
