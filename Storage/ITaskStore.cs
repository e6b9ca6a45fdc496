using Aurora.Scheduling.Lifecycle;

namespace Aurora.Storage;

/// <summary>
/// The durable truth of a mesh. Writes are group-committed: an operation's task completes after the commit that holds it.
/// When the database cannot be reached every method throws <see cref="StoreUnavailableException"/>; a write may then have
/// happened or not.
/// </summary>
public interface ITaskStore : IAsyncDisposable
{
    /// <summary>Creates or migrates the schema; safe to call from several processes at once.</summary>
    Task InitializeAsync(CancellationToken cancellationToken);

    /// <summary>Null when the store answers, otherwise what is wrong in one line.</summary>
    Task<string?> CheckAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Commits operations in one group (they may share the group with others); outcomes come in order. Operations on the
    /// same task in one call are applied in the order insert, assign, start, finish, end of a gang's member, requeue, give up, cancel, revive.
    /// </summary>
    Task<OperationOutcome[]> CommitAsync(IReadOnlyList<TaskOperation> operations);

    /// <summary>The whole row, or null.</summary>
    Task<TaskRow?> GetAsync(string taskId, CancellationToken cancellationToken);

    /// <summary>The whole rows of those of these tasks that exist, in no order: one statement for all of them.</summary>
    Task<IReadOnlyList<TaskRow>> GetManyAsync(IReadOnlyCollection<string> taskIds, CancellationToken cancellationToken);

    /// <summary>Whole rows of tasks that have not ended, in id order, after an id (null: from the start).</summary>
    Task<IReadOnlyList<TaskRow>> ListActiveAsync(string? afterTaskId, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Every task of one pool that has not ended, in id order, without payload, result and error: what its scheduler rebuilds from.
    /// There may be millions, so they are streamed; tasks that come or end meanwhile may be among them or not.
    /// </summary>
    IAsyncEnumerable<TaskRow> ReadSchedulableAsync(string pool, CancellationToken cancellationToken);

    /// <summary>The last tasks that ended, oldest first.</summary>
    Task<IReadOnlyList<TaskRow>> ListCompletedAsync(int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Tasks that failed, the latest first; <paramref name="before"/> is the last one of the page before, null for the first.
    /// </summary>
    Task<IReadOnlyList<TaskRow>> ListFailedAsync((DateTimeOffset CompletedAt, string TaskId)? before, int limit, CancellationToken cancellationToken);

    /// <summary>Whole rows of tasks whose ids begin with a text, in id order, after an id (null: from the start).</summary>
    Task<IReadOnlyList<TaskRow>> ListWithPrefixAsync(string prefix, string? afterTaskId, int limit, CancellationToken cancellationToken);

    /// <summary>A page of whole rows of the tasks that a query wants, the latest id first, before an id (null: from the latest).</summary>
    Task<TaskRows> ListAsync(TaskQuery query, string? beforeTaskId, int limit, CancellationToken cancellationToken);

    /// <summary>Number of tasks whose ids begin with a text, by phase.</summary>
    Task<IReadOnlyDictionary<TaskPhase, long>> CountWithPrefixAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>How far those of the tasks are that exist, in no order.</summary>
    Task<IReadOnlyList<TaskStanding>> FindAsync(IReadOnlyList<string> taskIds, CancellationToken cancellationToken);

    /// <summary>
    /// Takes webhooks of ended tasks whose turn it is, at most so many; nobody else gets them before <paramref name="until"/>. The
    /// rows are whole.
    /// </summary>
    Task<IReadOnlyList<TaskRow>> ClaimWebhooksAsync(DateTimeOffset now, DateTimeOffset until, int limit, CancellationToken cancellationToken);

    /// <summary>Notes a call of a task's webhook: when it is called again (null: never) and what went wrong. False when there is no such task.</summary>
    Task<bool> SettleWebhookAsync(string taskId, DateTimeOffset? due, string? error, CancellationToken cancellationToken);

    /// <summary>Number of a pool's completed tasks, and by node. Reads all of them.</summary>
    Task<CompletedCounts> CountCompletedAsync(string pool, CancellationToken cancellationToken);

    /// <summary>Every pool that ever had a scheduler, by name.</summary>
    Task<IReadOnlyList<string>> ListPoolsAsync(CancellationToken cancellationToken);

    /// <summary>What attempts cost that ended from one time on and before another, on nodes that tell a price.</summary>
    Task<IReadOnlyList<CostRow>> ListCostsAsync(DateTimeOffset from, DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>Raises the epoch of a pool's scheduler and returns it: every older scheduler's assignments are refused from now on.</summary>
    Task<long> AcquireSchedulerAsync(string pool, CancellationToken cancellationToken);

    /// <summary>Creates or renews a node's row with the given registration (JSON text) and returns its epoch, one more than before.</summary>
    Task<long> RegisterNodeAsync(string nodeId, string registration, CancellationToken cancellationToken);

    /// <summary>Replaces the registration of a node unless its epoch has moved on; false then.</summary>
    Task<bool> UpdateNodeAsync(string nodeId, long epoch, string registration, CancellationToken cancellationToken);

    /// <summary>Remembers what an operator said of a node: no new work, and when what it runs is to be moved. False when there is no such node.</summary>
    Task<bool> SetCordonAsync(string nodeId, bool cordoned, DateTimeOffset? drainDeadline, CancellationToken cancellationToken);

    /// <summary>Remembers how far a node is trusted: until when it gets no work, and how often in a row it came to that. False when there is no such node.</summary>
    Task<bool> SetQuarantineAsync(string nodeId, DateTimeOffset? until, int quarantines, CancellationToken cancellationToken);

    /// <summary>Every node that ever joined, by id.</summary>
    Task<IReadOnlyList<NodeRow>> ListNodesAsync(CancellationToken cancellationToken);

    /// <summary>One node, or null.</summary>
    Task<NodeRow?> GetNodeAsync(string nodeId, CancellationToken cancellationToken);
}

/// <summary>Completed tasks of a pool.</summary>
/// <param name="Tasks">All of them.</param>
/// <param name="ByNode">On each node; a task of several nodes counts on each of its last attempt's.</param>
public sealed record CompletedCounts(long Tasks, IReadOnlyDictionary<string, long> ByNode)
{
    /// <param name="nodes">For each node the tasks that ran there, and those of them that ran there alone or with rank 0 there.</param>
    internal static CompletedCounts Of(IReadOnlyCollection<(string NodeId, long Tasks, long Led)> nodes) =>
        new(nodes.Sum(node => node.Led), nodes.ToDictionary(node => node.NodeId, node => node.Tasks, StringComparer.Ordinal));
}

/// <summary>How far a task is.</summary>
public readonly record struct TaskStanding(string TaskId, TaskPhase Phase, DateTimeOffset? CompletedAt);

/// <summary>A node as stored.</summary>
/// <param name="Registration">JSON text.</param>
/// <param name="Cordoned">Whether it gets no new work.</param>
/// <param name="DrainDeadline">When what it still runs is moved elsewhere; null while it is not drained.</param>
/// <param name="QuarantinedUntil">When the last quarantine ends or ended; null for a node that never had one.</param>
/// <param name="Quarantines">Quarantines since it last did well.</param>
public sealed record NodeRow(
    string NodeId,
    long Epoch,
    string Registration,
    DateTimeOffset RegisteredAt,
    bool Cordoned = false,
    DateTimeOffset? DrainDeadline = null,
    DateTimeOffset? QuarantinedUntil = null,
    int Quarantines = 0);

/// <summary>The database cannot be reached or does not take writes; whether the last write happened is unknown.</summary>
public sealed class StoreUnavailableException : Exception
{
    public StoreUnavailableException()
    {
    }

    public StoreUnavailableException(string message)
        : base(message)
    {
    }

    public StoreUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
