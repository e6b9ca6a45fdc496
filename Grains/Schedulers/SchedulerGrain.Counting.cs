using Aurora.Grains.Interfaces;

namespace Aurora.Grains.Schedulers;

/// <summary>Tasks that are completed, of the pool and of each node.</summary>
internal sealed partial class SchedulerGrain
{
    /// <param name="on">Where it ran: every node of a gang has completed it.</param>
    private void CountCompleted(IEnumerable<string> on)
    {
        completedTasks++;
        foreach (var nodeId in on)
        {
            if (!nodes.TryGetValue(nodeId, out var node))
            {
                continue;
            }

            node.CompletedTasks++;
            if (node.Health.Succeeded())
            {
                Reconsider(node);
                RememberHealth(node);
            }
        }
    }

    /// <summary>The end of a task that this activation did not place: it is among those that were counted when it began, unless it came after.</summary>
    private async Task CountUnlessCountedAsync(string taskId)
    {
        try
        {
            if (await ReadAsync(store.GetAsync(taskId, CancellationToken.None)) is { CompletedAt: { } completedAt, NodeId: { } nodeId } row && completedAt >= countedAt)
            {
                CountCompleted(row.Members?.Select(member => member.NodeId) ?? [nodeId]);
            }
        }
        catch (MeshUnavailableException)
        {
            // A count for people; the next activation counts again.
        }
    }
}
