namespace Aurora.Client.Abstractions;

/// <content>Tasks that were submitted together. <see cref="GroupHandle"/> has the same for one group.</content>
public partial interface IAuroraMesh
{
    /// <summary>
    /// Submits one task many times in one call, as a group. <c>{index}</c> in the texts of its payload, its script and its arguments stands
    /// for the number of each, from 0. It returns when they are committed, as <see cref="SubmitBatchAsync"/> does.
    /// </summary>
    /// <param name="count">How many, 1 to <see cref="MeshTaskRequest.ArrayCountMax"/>.</param>
    /// <exception cref="InvalidTaskException">A field has a value that it cannot have; nothing was accepted.</exception>
    Task<GroupHandle> SubmitArrayAsync(MeshTaskRequest request, int count, SubmitOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>How far a group is, or null when there is none of this id.</summary>
    Task<MeshGroup?> FindGroupAsync(string groupId, CancellationToken cancellationToken = default);

    /// <summary>The group once all its tasks have ended, or as it is after <paramref name="timeout"/> (up to 60 s); null when there is none.</summary>
    Task<MeshGroup?> WaitGroupAsync(string groupId, TimeSpan timeout, CancellationToken cancellationToken = default);

    /// <summary>What its tasks made so far, in their order, as it is read; of any size.</summary>
    /// <param name="status">The one status that is wanted; null for all.</param>
    /// <exception cref="GroupNotFoundException">There is no such group.</exception>
    IAsyncEnumerable<GroupResult> ReadGroupAsync(string groupId, MeshTaskStatus? status = null, CancellationToken cancellationToken = default);

    /// <summary>Cancels those of its tasks that have not ended, and says how many.</summary>
    /// <exception cref="GroupNotFoundException">There is no such group.</exception>
    Task<long> CancelGroupAsync(string groupId, CancellationToken cancellationToken = default);

    /// <summary>Puts those of its tasks that failed back in line, and says how many.</summary>
    /// <exception cref="GroupNotFoundException">There is no such group.</exception>
    Task<long> RetryGroupAsync(string groupId, CancellationToken cancellationToken = default);
}
