namespace Aurora.Storage.GroupCommit;

/// <summary>
/// Commits the operations of many callers in few transactions. A task always goes through the same lane, so operations of
/// one process on one task keep their order and lanes never wait for each other's rows.
/// </summary>
internal sealed class GroupCommitWriter : IAsyncDisposable
{
    private readonly GroupCommitLane[] _lanes;

    /// <param name="executors">One per lane.</param>
    /// <param name="ownThread">True for executors that block: each lane then has a thread to itself.</param>
    public GroupCommitWriter(IEnumerable<IGroupExecutor> executors, bool ownThread)
        => _lanes = [.. executors.Select(executor => new GroupCommitLane(executor, ownThread))];

    public Task<OperationOutcome[]> CommitAsync(IReadOnlyList<TaskOperation> operations)
    {
        if (operations.Count == 0)
        {
            return Task.FromResult<OperationOutcome[]>([]);
        }

        foreach (var operation in operations)
        {
            OperationRules.Require(operation);
        }

        var call = new CommitCall(operations.Count);

        // A call larger than a group is spread over several. Queued by kind, they still apply in the promised order.
        for (var kind = OperationKind.Insert; (int)kind < OperationKinds.Count; kind++)
        {
            for (var i = 0; i < operations.Count; i++)
            {
                var operation = operations[i];
                if (OperationKinds.Of(operation) == kind)
                {
                    LaneOf(operation.TaskId).Enqueue(new QueuedOperation(operation, kind, call, i));
                }
            }
        }

        return call.Completion;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var lane in _lanes)
        {
            await lane.DisposeAsync();
        }
    }

    private GroupCommitLane LaneOf(string taskId)
        => _lanes.Length == 1 ? _lanes[0] : _lanes[(int)((uint)string.GetHashCode(taskId) % (uint)_lanes.Length)];
}
