using Aurora.Grains.Interfaces;
using Aurora.Scheduling.Model;

namespace Aurora.Grains.Schedulers;

/// <summary>
/// Attempts with <c>on_disconnect: kill</c> of a node that went without a word. Their node ends them by its own clock; until that has
/// surely happened they keep their place, so that no two run at once.
/// </summary>
internal sealed partial class SchedulerGrain
{
    private readonly Dictionary<string, (int Attempt, string NodeId, DateTimeOffset Due)> fences = new(StringComparer.Ordinal);

    private async Task LoseOrFenceAsync(NodeEntry node, IReadOnlyList<Placement> taken)
    {
        if (taken.Count == 0)
        {
            return;
        }

        var facts = node.Registration.Facts;
        var ending = await FindEndingAsync(taken, facts);
        if (ending.Count > 0)
        {
            // A sign of life may have reached the node's grain and not this one: a connection is given up so long after the last.
            var now = time.GetUtcNow();
            var heard = now - leaseOptions.Value.ReconnectGrace;
            var due = (node.LastSeen > heard ? node.LastSeen : heard) + DisconnectRule.EndedAfter(facts);
            foreach (var placement in taken.Where(placement => ending.Contains(placement.Task.TaskId)))
            {
                fences[placement.Task.TaskId] = (placement.Attempt, node.NodeId, due);
            }

            LogFenced(node.NodeId, ending.Count, (due - now).TotalSeconds);
        }

        await LoseAsync([.. taken.Where(placement => !ending.Contains(placement.Task.TaskId))]);
    }

    /// <summary>Which of these tasks end with the connection; all, when the store does not say.</summary>
    private async Task<HashSet<string>> FindEndingAsync(IReadOnlyList<Placement> taken, string facts)
    {
        string[] ids = [.. taken.Select(placement => placement.Task.TaskId)];
        try
        {
            return (await StoreGuard.Read(store.GetManyAsync(ids, CancellationToken.None)))
                .Where(row => DisconnectRule.EndsWithLease(row.Payload ?? "{}", row.Requirements ?? "{}", facts))
                .Select(row => row.TaskId)
                .ToHashSet(StringComparer.Ordinal);
        }
        catch (MeshUnavailableException)
        {
            return [.. ids];
        }
    }

    /// <summary>What is over moves on, unless its node came back: then the node's report says what it still runs.</summary>
    private async Task EndFencesAsync(DateTimeOffset now)
    {
        if (fences.Count == 0)
        {
            return;
        }

        List<Placement>? over = null;
        foreach (var (taskId, fence) in fences)
        {
            var placement = planner.FindPlacement(taskId);
            if (placement?.Attempt != fence.Attempt || placement.NodeId != fence.NodeId || nodes.GetValueOrDefault(fence.NodeId)?.Connected is true)
            {
                fences.Remove(taskId);
            }
            else if (fence.Due <= now)
            {
                fences.Remove(taskId);
                (over ??= []).Add(placement);
            }
        }

        if (over is not null)
        {
            await LoseAsync(over);
        }
    }
}
