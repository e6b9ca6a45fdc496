namespace Aurora.Storage.GroupCommit;

/// <summary>Writes one group in one transaction. Used by one lane only, one group at a time.</summary>
internal interface IGroupExecutor : IAsyncDisposable
{
    /// <summary>
    /// Applies a sorted group and fills in its outcomes; returns after the commit. Throws
    /// <see cref="StoreUnavailableException"/> when the outcome is unknown and <see cref="RefusedGroupException"/> when nothing
    /// was written because of what the group holds. It must be usable again after both.
    /// </summary>
    ValueTask ExecuteAsync(ReadOnlyMemory<QueuedOperation> group, Memory<OperationOutcome> outcomes);
}

/// <summary>The database refused something in the group, so nothing of the group was written.</summary>
internal sealed class RefusedGroupException(string message, Exception innerException) : Exception(message, innerException);
