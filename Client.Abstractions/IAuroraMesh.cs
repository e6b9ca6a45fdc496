namespace Aurora.Client.Abstractions;

/// <summary>
/// A mesh of GPU machines. Every method may be called from any thread, and throws <see cref="AuroraMeshException"/> or one
/// of its kinds when the mesh refuses or cannot be reached; what can be repeated safely was repeated before.
/// </summary>
public partial interface IAuroraMesh
{
    /// <summary>
    /// Submits a task. It returns when the task is committed: from then on the mesh loses it in no crash. A repeat of the
    /// same call by the library carries the same idempotency key.
    /// </summary>
    /// <exception cref="InvalidTaskException">A field has a value that it cannot have; nothing was accepted.</exception>
    /// <exception cref="IdempotencyConflictException">The key belongs to another submit.</exception>
    /// <exception cref="QueueFullException">The tenant, or the pool, has as many tasks in line as it may have.</exception>
    Task<TaskHandle> SubmitAsync(MeshTaskRequest request, SubmitOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Submits up to 100,000 tasks in one call, and returns one handle a task, in order. The mesh may go away in the middle:
    /// look at <see cref="TaskSubmission.IsAccepted"/> of each. They are a group, named by <see cref="TaskSubmission.GroupId"/>.
    /// </summary>
    /// <exception cref="InvalidTaskException">One of them is refused; the field names which. Nothing was accepted.</exception>
    Task<IReadOnlyList<TaskHandle>> SubmitBatchAsync(IReadOnlyList<MeshTaskRequest> requests, SubmitOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>The task as committed, or null when there is none.</summary>
    Task<MeshTask?> FindAsync(string taskId, CancellationToken cancellationToken = default);

    /// <summary>The task once it ended, or as it is after <paramref name="timeout"/> (up to 60 s); null when there is none.</summary>
    Task<MeshTask?> WaitAsync(string taskId, TimeSpan timeout, CancellationToken cancellationToken = default);

    /// <summary>Cancels the task. False when it had ended before, which a repeated call also sees.</summary>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    Task<bool> CancelAsync(string taskId, CancellationToken cancellationToken = default);

    /// <summary>Puts a task that failed back in line. False when it has not failed, which a repeated call also sees.</summary>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    Task<bool> RetryAsync(string taskId, CancellationToken cancellationToken = default);

    /// <summary>Why the task waits, or why it went where it is; null when there is no such task.</summary>
    Task<TaskExplanation?> ExplainAsync(string taskId, CancellationToken cancellationToken = default);

    /// <summary>One page of a list of tasks, without their payload. <see cref="MeshListing"/> reads all pages.</summary>
    /// <param name="cursor"><see cref="TaskPage.NextCursor"/> of the page before; null for the first.</param>
    /// <param name="limit">1 to 500.</param>
    /// <exception cref="AuroraMeshException">The cursor is none of this list.</exception>
    Task<TaskPage> ListPageAsync(TaskListing listing, string? cursor = null, int limit = 100, CancellationToken cancellationToken = default);

    /// <summary>The last 100 tasks that ended, oldest first, without their payload.</summary>
    Task<IReadOnlyList<MeshTask>> ListEndedAsync(CancellationToken cancellationToken = default);

    /// <summary>The totals of the mesh.</summary>
    Task<MeshStatus> GetStatusAsync(CancellationToken cancellationToken = default);

    /// <summary>Every node that the mesh knows.</summary>
    Task<IReadOnlyList<MeshNode>> ListNodesAsync(CancellationToken cancellationToken = default);
}
