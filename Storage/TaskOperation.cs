using Aurora.Scheduling.Cost;
using Aurora.Scheduling.Lifecycle;
using Aurora.Scheduling.Model;

namespace Aurora.Storage;

/// <summary>
/// One conditional write to one task. Every operation names what must still be true (phase, attempt, scheduler epoch);
/// when it is not, the operation is not applied and nothing changes.
/// </summary>
public abstract record TaskOperation(string TaskId)
{
    /// <summary>
    /// Of what a scheduler decides beside inserts and assignments: its epoch, without which the operation is not applied once another leads.
    /// Null for what the node of an attempt reports, which the attempt's number fences.
    /// </summary>
    public long? DecidedUnder { get; init; }

    /// <summary>The epoch that the operation needs; null when it needs none.</summary>
    internal long? NeededEpoch => this switch
    {
        Insert insert => insert.SchedulerEpoch,
        Assign assign => assign.SchedulerEpoch,
        AssignGang assign => assign.SchedulerEpoch,
        _ => DecidedUnder,
    };

    /// <summary>
    /// Accepts a task, queued or assigned at once. Not applied when the id exists, nor when <paramref name="SchedulerEpoch"/>
    /// is no longer the scheduler's epoch: whoever leads now would not know of the task.
    /// </summary>
    public sealed record Insert(TaskRow Row, long SchedulerEpoch) : TaskOperation(Row.TaskId)
    {
        /// <summary>What the attempt costs, of a task that is inserted assigned.</summary>
        public AttemptPrice Price { get; init; }
    }

    /// <summary>Queued → assigned. Needs phase queued, the stored attempt one less than <paramref name="Attempt"/>, and the current scheduler epoch.</summary>
    public sealed record Assign(string TaskId, int Attempt, string NodeId, long NodeEpoch, IReadOnlyList<int> Gpus, long SchedulerEpoch)
        : TaskOperation(TaskId)
    {
        /// <summary>What the attempt costs until it ends.</summary>
        public AttemptPrice Price { get; init; }
    }

    /// <summary>Queued → assigned to all of these nodes at once, for a gang. Needs what <see cref="Assign"/> needs; the node of rank 0 is the row's node.</summary>
    public sealed record AssignGang(string TaskId, int Attempt, IReadOnlyList<GangMember> Members, long SchedulerEpoch) : TaskOperation(TaskId)
    {
        /// <summary>What the attempt costs on all of them until the last one ends.</summary>
        public AttemptPrice Price { get; init; }
    }

    /// <summary>
    /// One member of a gang ended well; with the last one the task is completed. Needs this attempt, assigned or running; repeating it changes
    /// nothing. The result is that of rank 0.
    /// </summary>
    public sealed record EndMember(string TaskId, int Attempt, int Rank, DateTimeOffset StartedAt, DateTimeOffset EndedAt, string? Result) : TaskOperation(TaskId);

    /// <summary>Assigned → running. Needs this attempt.</summary>
    public sealed record Start(string TaskId, int Attempt, DateTimeOffset StartedAt) : TaskOperation(TaskId);

    /// <summary>
    /// Assigned or running → queued, not to start before a time. Needs this attempt on this node: a superseded scheduler may have
    /// planned an attempt of the same number elsewhere. The row keeps the node of the ended attempt.
    /// </summary>
    public sealed record Requeue(string TaskId, int Attempt, string NodeId, RetryState Retry, DateTimeOffset? NotBefore, string? Error) : TaskOperation(TaskId)
    {
        /// <summary>When the attempt ended; one that was lost, when that was noticed. It is charged until then.</summary>
        public required DateTimeOffset EndedAt { get; init; }

        /// <summary>The deaths of nodes that count against the task; null for what a node reports, which leaves them as they are: its order may be older than they.</summary>
        internal int? Crashes => DecidedUnder is null ? null : Retry.Crashes;

        /// <summary>How long the task waits from then on; null when it does not.</summary>
        public TimeSpan? Delay => NotBefore - EndedAt;

        /// <summary>When it began, where the report of its end tells.</summary>
        public DateTimeOffset? StartedAt { get; init; }
    }

    /// <summary>Queued → failed without a further attempt. Needs the stored attempt to be this one.</summary>
    public sealed record GiveUp(string TaskId, int Attempt, DateTimeOffset CompletedAt, string Error) : TaskOperation(TaskId);

    /// <summary>Failed → queued with a fresh count of failures and losses, not to start before a time: a dead letter is given another chance.</summary>
    public sealed record Revive(string TaskId, DateTimeOffset NotBefore) : TaskOperation(TaskId);

    /// <summary>
    /// So many deaths of nodes count against the task, fewer than before. Needs it to wait after this attempt, or to be placed for the next one.
    /// </summary>
    public sealed record Pardon(string TaskId, int Attempt, int Crashes) : TaskOperation(TaskId);

    /// <summary>Assigned or running → completed or failed. Needs this attempt.</summary>
    public sealed record Finish(
        string TaskId,
        int Attempt,
        TaskPhase Phase,
        DateTimeOffset? StartedAt,
        DateTimeOffset CompletedAt,
        string? Result,
        string? Error,
        RetryState Retry)
        : TaskOperation(TaskId);

    /// <summary>Any phase that has not ended → cancelled.</summary>
    public sealed record Cancel(string TaskId, DateTimeOffset CompletedAt, string Reason) : TaskOperation(TaskId);
}

/// <summary>What became of an operation, after the commit.</summary>
/// <param name="Applied">False when its condition no longer held.</param>
/// <param name="Row">
/// For <see cref="TaskOperation.Assign"/> and <see cref="TaskOperation.AssignGang"/> that applied: the row with requirements and payload. For
/// <see cref="TaskOperation.Revive"/> that applied: the row as it is now, without its texts. For
/// <see cref="TaskOperation.Cancel"/> that applied: the row as it was before, without its texts. Otherwise null.
/// </param>
public readonly record struct OperationOutcome(bool Applied, TaskRow? Row = null)
{
    /// <summary>Whether the task is completed with this <see cref="TaskOperation.EndMember"/>; of several in one group, one says so.</summary>
    public bool Completes { get; init; }

    /// <summary>What the attempt cost that this operation ended.</summary>
    public Charge Charge { get; init; }
}
