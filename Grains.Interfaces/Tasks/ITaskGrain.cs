using Aurora.Grains.Interfaces.Schedulers;

namespace Aurora.Grains.Interfaces.Tasks;

/// <summary>
/// One task. The key is the task id. A <see cref="MeshUnavailableException"/> from any method means that the store
/// could not be reached: nothing was accepted and the call may be repeated.
/// </summary>
[GrainInterfaceType("aurora.task")]
public interface ITaskGrain : IGrainWithStringKey
{
    /// <summary>Commits the task and tries to place it. Repeating the call with the same id accepts one task.</summary>
    Task<SubmitOutcome> SubmitAsync(TaskSpec spec);

    /// <summary>The task as committed, or null when there is none.</summary>
    Task<TaskView?> GetAsync();

    /// <summary>The task once it ended, or as it is after <paramref name="timeout"/> (at most 30 s); null when there is none.</summary>
    [ResponseTimeout("00:00:45")]
    Task<TaskView?> WaitAsync(TimeSpan timeout);

    /// <summary>Cancels the task unless it has ended.</summary>
    Task<CancelOutcome> CancelAsync();

    /// <summary>Puts a task that failed back in line, as if it had never been tried.</summary>
    Task<RetryOutcome> RetryAsync();

    /// <summary>Why the task waits, or why it went where it is; null when there is none.</summary>
    Task<ExplanationView?> ExplainAsync();

    /// <summary>
    /// A report that the node's ledger cannot judge (the node or its grain restarted). It is decided against the
    /// committed row: a stale attempt is refused.
    /// </summary>
    Task<ReportVerdict> ReportAsync(string nodeId, Nodes.AttemptReport report);

    /// <summary>The task ended; wakes everyone who waits.</summary>
    [Orleans.Concurrency.OneWay]
    Task EndedAsync();
}
