namespace Aurora.Storage.GroupCommit;

/// <summary>An operation on its way to a group, with the place its outcome goes to.</summary>
internal readonly record struct QueuedOperation(TaskOperation Operation, OperationKind Kind, CommitCall Call, int Index)
    : IComparable<QueuedOperation>
{
    /// <summary>The place in the order of arrival, within its group.</summary>
    public int Arrival { get; init; }

    /// <summary>
    /// By kind, then by task id, then by arrival. Kinds are applied in order, ids in order keep two processes that write the
    /// same rows from waiting for each other in a circle, and of two inserts of one id the first is the one that is stored.
    /// </summary>
    public int CompareTo(QueuedOperation other)
    {
        var byKind = ((int)Kind).CompareTo((int)other.Kind);
        if (byKind != 0)
        {
            return byKind;
        }

        var byId = string.CompareOrdinal(Operation.TaskId, other.Operation.TaskId);
        return byId != 0 ? byId : Arrival.CompareTo(other.Arrival);
    }
}
