namespace Aurora.Storage.GroupCommit;

/// <summary>
/// Registrations of nodes on their way to the store. One that comes alone is written at once; while it is written the next ones gather and
/// are committed together, so a thousand nodes that come back in one moment cost a few commits and not a thousand.
/// </summary>
/// <param name="write">
/// Commits registrations of different nodes, in the order of their ids, and returns the new epoch of each; throws when none of them may be there.
/// </param>
internal sealed class RegistrationLane(Func<IReadOnlyList<NodeRegistrationWrite>, Task<IReadOnlyDictionary<string, long>>> write)
{
    /// <summary>Registrations of one commit.</summary>
    public const int GroupMax = 128;

    private readonly Lock gate = new();
    private readonly Queue<Waiting> waiting = new();
    private bool writing;

    /// <summary>Completes with the node's new epoch when that is committed.</summary>
    public Task<long> RegisterAsync(NodeRegistrationWrite registration)
    {
        var one = new Waiting(registration);
        lock (gate)
        {
            waiting.Enqueue(one);
            if (writing)
            {
                return one.Epoch.Task;
            }

            writing = true;
        }

        _ = WriteAllAsync();
        return one.Epoch.Task;
    }

    private async Task WriteAllAsync()
    {
        while (TakeGroup() is { Count: > 0 } group)
        {
            try
            {
                var epochs = await write([.. group.Values.Select(one => one.Registration)]);
                foreach (var (nodeId, one) in group)
                {
                    one.Epoch.SetResult(epochs[nodeId]);
                }
            }
            catch (Exception exception)
            {
                foreach (var one in group.Values)
                {
                    one.Epoch.TrySetException(exception);
                }
            }
        }
    }

    /// <summary>What has gathered, by node id; a node's second registration goes with the next group.</summary>
    private SortedDictionary<string, Waiting> TakeGroup()
    {
        var group = new SortedDictionary<string, Waiting>(StringComparer.Ordinal);
        lock (gate)
        {
            while (group.Count < GroupMax && waiting.TryPeek(out var next) && group.TryAdd(next.Registration.NodeId, next))
            {
                waiting.Dequeue();
            }

            writing = group.Count > 0;
        }

        return group;
    }

    private sealed record Waiting(NodeRegistrationWrite Registration)
    {
        public TaskCompletionSource<long> Epoch { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>A node's registration as it is written.</summary>
/// <param name="NodeId">A storable id.</param>
/// <param name="Registration">JSON text that can be stored.</param>
internal readonly record struct NodeRegistrationWrite(string NodeId, string Registration);
