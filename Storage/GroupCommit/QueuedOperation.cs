namespace Aurora.Storage.GroupCommit;

/// <summary>An operation on its way to a group, with the place its outcome goes to.</summary>
internal readonly record struct QueuedOperation(TaskOperation Operation, OperationKind Kind, CommitCall Call, int Index)
    : IComparable<QueuedOperation>
{
    /// <summary>
    /// By kind, then by task id. Kinds are applied in order, and ids in order keep two processes that write the same rows from
    /// waiting for each other in a circle.
    /// </summary>
    public int CompareTo(QueuedOperation other)
    {
        var byKind = ((int)Kind).CompareTo((int)other.Kind);
        return byKind != 0 ? byKind : string.CompareOrdinal(Operation.TaskId, other.Operation.TaskId);
    }
}
