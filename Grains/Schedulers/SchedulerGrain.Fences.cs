using Aurora.Scheduling.Lifecycle;
using Aurora.Scheduling.Model;
using Aurora.Storage;

namespace Aurora.Grains.Schedulers;

/// <summary>
/// Attempts with <c>on_disconnect: kill</c> of a node that went without a word. Their node ends them by its own clock; until that has
/// surely happened they keep their place, so that no two run at once.
/// </summary>
internal sealed partial class SchedulerGrain
{
    // Each member of a gang ends by the clock of its own node.
    private readonly Dictionary<(string TaskId, string NodeId), (int Attempt, DateTimeOffset Due, LossBlame Blame)> fences = [];

    private async Task LoseOrFenceAsync(NodeEntry node, IReadOnlyList<Placement> taken, bool hasDied)
    {
        if (taken.Count == 0)
        {
            return;
        }

        var facts = node.Registration.Facts;
        var rows = await FindRowsAsync(taken);
        var ending = FindEnding(taken, rows, facts);
        var blames = hasDied ? Blame(node, taken, rows) : null;
        if (ending.Count > 0)
        {
            // A sign of life may have reached the node's grain and not this one: a connection is given up so long after the last.
            var now = time.GetUtcNow();
            var heard = now - leaseOptions.Value.ReconnectGrace;
            var due = (node.LastSeen > heard ? node.LastSeen : heard) + DisconnectRule.EndedAfter(facts);
            foreach (var placement in taken.Where(placement => ending.Contains(placement.Task.TaskId)))
            {
                fences[(placement.Task.TaskId, node.NodeId)] = (
                    placement.Attempt, due, blames?.GetValueOrDefault(placement.Task.TaskId) ?? LossBlame.None);
            }

            LogFenced(node.NodeId, ending.Count, (due - now).TotalSeconds);
        }

        await LoseAsync([.. taken.Where(placement => !ending.Contains(placement.Task.TaskId))], blames);
    }

    /// <summary>Which of these tasks end with the connection; all, when the store does not say.</summary>
    private static HashSet<string> FindEnding(IReadOnlyList<Placement> taken, IReadOnlyList<TaskRow>? rows, string facts) =>
        (rows?.Where(row => DisconnectRule.EndsWithLease(row.Payload ?? "{}", row.Requirements ?? "{}", facts)).Select(row => row.TaskId)
            ?? taken.Select(placement => placement.Task.TaskId)).ToHashSet(StringComparer.Ordinal);

    /// <summary>What is over moves on, unless its node came back: then the node's report says what it still runs.</summary>
    private async Task EndFencesAsync(DateTimeOffset now)
    {
        if (fences.Count == 0)
        {
            return;
        }

        List<Placement>? over = null;
        Dictionary<string, LossBlame>? blames = null;
        foreach (var (key, fence) in fences)
        {
            var placement = planner.FindPlacement(key.TaskId);
            if (placement?.Attempt != fence.Attempt || !placement.IsOpenOn(key.NodeId) || nodes.GetValueOrDefault(key.NodeId)?.Connected is true)
            {
                fences.Remove(key);
            }
            else if (fence.Due <= now && !AwaitsMember(placement, now))
            {
                fences.Remove(key);
                (over ??= []).Add(placement.On(key.NodeId));
                (blames ??= [])[key.TaskId] = fence.Blame;
            }
        }

        if (over is not null)
        {
            await LoseAsync(over, blames);
        }
    }

    /// <summary>
    /// Whether another member of the gang may still run where no order to stop arrives: on a node that is silent, and is given up or back
    /// soon, or whose own time is not over.
    /// </summary>
    private bool AwaitsMember(Placement placement, DateTimeOffset now) => placement.Gang is not null && placement.OpenNodes().Any(nodeId =>
        fences.TryGetValue((placement.Task.TaskId, nodeId), out var fence) && fence.Attempt == placement.Attempt
            ? fence.Due > now
            : nodes.GetValueOrDefault(nodeId) is { Connected: false } or { Suspect: true });
}
