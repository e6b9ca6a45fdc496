using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.Grains.Schedulers;

/// <summary>
/// Assignments on their way to one node. While one call is under way the next ones gather, so a busy node costs one call
/// for many tasks and an idle one gets its task at once.
/// </summary>
/// <param name="isCurrent">Whether the assignment still stands.</param>
/// <param name="isWatched">Whether someone waits for the task, asked as late as can be.</param>
internal sealed class NodeOutbox(
    INodeGrain node,
    Func<AttemptId, bool> isCurrent,
    Func<string, bool> isWatched,
    Func<AssignmentRefusal, Task> refused)
{
    private const int MaxBatch = 512;
    private const int MaxTries = 3;

    private readonly List<(AttemptAssignment Order, long NodeEpoch)> waiting = [];
    private bool sending;

    public void Add(AttemptAssignment order, long nodeEpoch) => waiting.Add((order, nodeEpoch));

    /// <summary>Sends what waits unless a sender is at it already.</summary>
    public void Flush()
    {
        if (!sending && waiting.Count > 0)
        {
            sending = true;
            _ = SendAllAsync();
        }
    }

    private async Task SendAllAsync()
    {
        try
        {
            while (waiting.Count > 0)
            {
                // A task that was cancelled while it waited here must not be started.
                var batch = waiting.Take(MaxBatch)
                    .Where(assignment => isCurrent(assignment.Order.Id))
                    .Select(assignment => new NodeAssignment(assignment.Order, assignment.NodeEpoch, isWatched(assignment.Order.TaskId)))
                    .ToArray();
                waiting.RemoveRange(0, Math.Min(MaxBatch, waiting.Count));
                if (batch.Length > 0)
                {
                    await SendAsync(batch);
                }
            }
        }
        finally
        {
            sending = false;
        }
    }

    private async Task SendAsync(NodeAssignment[] batch)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                foreach (var refusal in await node.AssignAsync(batch))
                {
                    await refused(refusal);
                }

                return;
            }
            catch (Exception e) when (e is TimeoutException or Orleans.Runtime.OrleansException)
            {
                if (attempt == MaxTries)
                {
                    // The node's next report shows what it holds; what it lacks is sent again from there.
                    return;
                }
            }
        }
    }
}
