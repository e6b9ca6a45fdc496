using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.Grains.Schedulers;

/// <summary>
/// Assignments on their way to one node. While one call is under way the next ones gather, so a busy node costs one call
/// for many tasks and an idle one gets its task at once.
/// </summary>
/// <param name="isCurrent">Whether the assignment still stands.</param>
/// <param name="isWatched">Whether someone waits for the task, asked as late as can be.</param>
/// <param name="dispatched">Told of each assignment that the node has, and of when it was added.</param>
/// <param name="refused">Told of each assignment that the node does not take.</param>
internal sealed class NodeOutbox(
    INodeGrain node,
    Func<AttemptId, bool> isCurrent,
    Func<string, bool> isWatched,
    Action<AttemptAssignment, long> dispatched,
    Func<AssignmentRefusal, Task> refused)
{
    private const int MaxBatch = 512;
    private const int MaxTries = 3;

    private readonly List<(AttemptAssignment Order, long NodeEpoch, long Since)> waiting = [];
    private readonly HashSet<AttemptId> underWay = [];
    private bool sending;

    /// <param name="order">The assignment.</param>
    /// <param name="nodeEpoch">The registration that it is for.</param>
    /// <param name="since">Timestamp of its commit.</param>
    public void Add(AttemptAssignment order, long nodeEpoch, long since)
    {
        waiting.Add((order, nodeEpoch, since));
        underWay.Add(order.Id);
    }

    /// <summary>Whether the node has not answered for the assignment yet, so that it says nothing if its reports lack it.</summary>
    public bool IsUnderWay(AttemptId attempt) => underWay.Contains(attempt);

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
                var taken = waiting.Take(CallSize.CountOf(waiting, each => each.Order.Payload.Length + each.Order.Requirements.Length, MaxBatch)).ToArray();
                waiting.RemoveRange(0, taken.Length);
                var batch = Array.FindAll(taken, assignment => isCurrent(assignment.Order.Id));
                if (batch.Length > 0)
                {
                    await SendAsync(batch);
                }

                foreach (var (order, _, _) in taken)
                {
                    underWay.Remove(order.Id);
                }
            }
        }
        finally
        {
            sending = false;
            if (waiting.Count == 0)
            {
                underWay.Clear();
            }
        }
    }

    private async Task SendAsync((AttemptAssignment Order, long NodeEpoch, long Since)[] orders)
    {
        var batch = Array.ConvertAll(orders, order => new NodeAssignment(order.Order, order.NodeEpoch, isWatched(order.Order.TaskId)));
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var refusals = await node.AssignAsync(batch);
                foreach (var (order, _, since) in orders)
                {
                    if (!Array.Exists(refusals, refusal => refusal.Attempt == order.Id))
                    {
                        dispatched(order, since);
                    }
                }

                foreach (var refusal in refusals)
                {
                    await refused(refusal);
                }

                return;
            }
            catch (Exception e) when (e is TimeoutException or Orleans.Runtime.OrleansException or OperationCanceledException)
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
