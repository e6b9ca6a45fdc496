using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.Grains.Schedulers;

/// <summary>
/// Assignments on their way to one node. While one call is under way the next ones gather, so a busy node costs one call
/// for many tasks and an idle one gets its task at once.
/// </summary>
internal sealed class NodeOutbox(INodeGrain node, Func<NodeAssignment, bool> isCurrent, Func<AssignmentRefusal, Task> refused)
{
    private const int MaxBatch = 512;
    private const int MaxTries = 3;

    private readonly List<NodeAssignment> waiting = [];
    private bool sending;

    public void Add(NodeAssignment assignment) => waiting.Add(assignment);

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
                var batch = waiting.Take(MaxBatch).Where(isCurrent).ToArray();
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
