using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Scheduling.Lifecycle;
using Aurora.Scheduling.Model;
using Aurora.Storage;

namespace Aurora.Grains.Schedulers;

/// <summary>
/// Nodes that died with what they ran, and who is blamed for it. A death is a node that goes without a word or comes back as another
/// process without its attempts. Goodbyes, losses that are held, and nodes that this activation never heard are none.
/// </summary>
internal sealed partial class SchedulerGrain
{
    /// <summary>Whether the agent is another process than before, and was gone for longer than one that is merely replaced.</summary>
    private bool DiedUnnoticed(NodeEntry node, NodeReport report) =>
        node.CanBeKilled && node.Epoch < report.Epoch && node.Registration.InstanceId != report.Registration!.InstanceId
        && time.GetUtcNow() - node.LastSeen > leaseOptions.Value.HeartbeatInterval * 1.5;

    /// <summary>Which of the tasks that ran on a node that died may have killed it.</summary>
    /// <param name="node">The node.</param>
    /// <param name="taken">What it had.</param>
    /// <param name="rows">Their rows; null when the store did not say, so that nobody is blamed.</param>
    private IReadOnlyDictionary<string, LossBlame> Blame(NodeEntry node, IReadOnlyList<Placement> taken, IReadOnlyList<TaskRow>? rows)
    {
        var attempts = taken.ToDictionary(placement => placement.Task.TaskId, placement => placement.Attempt, StringComparer.Ordinal);
        var blames = LossBlames.Of(
            [
                .. (rows ?? [])
                    .Where(row => row.Phase == TaskPhase.Running && attempts.GetValueOrDefault(row.TaskId) == row.Attempt)
                    .Select(row => KeyValuePair.Create(row.TaskId, HistoryOf(row.TaskId).Crashes)),
            ],
            node.HoldsOthers);
        node.Accused = [.. blames.Keys.Select(taskId => new AttemptId(taskId, attempts[taskId]))];
        return blames;
    }

    /// <summary>
    /// A node is back. If it is the same process, or still has the attempt, it was cut off or suspended and did not die, so it counts against
    /// nobody.
    /// </summary>
    private void Pardon(NodeEntry node, NodeRegistration back)
    {
        List<TaskOperation>? pardons = null;
        foreach (var accused in node.Accused)
        {
            var isCounted = !fences.TryGetValue((accused.TaskId, node.NodeId), out var fence) || fence.Attempt != accused.Attempt;
            if (isCounted && (back.InstanceId == node.Registration.InstanceId || back.Running.Contains(accused))
                && HistoryOf(accused.TaskId) is { Crashes: > 0 } history)
            {
                history = history with { Crashes = history.Crashes - 1 };
                Remember(accused.TaskId, history);
                if (LastEnded(accused.TaskId) is { } attempt)
                {
                    (pardons ??= []).Add(new TaskOperation.Pardon(accused.TaskId, attempt, history.Crashes) { DecidedUnder = epoch });
                }
            }
        }

        node.Accused = [];
        if (pardons is not null)
        {
            _ = StoreAsync([.. pardons]);
        }
    }

    /// <summary>The last attempt of the task that ended; null for a task that does not wait and is not placed.</summary>
    private int? LastEnded(string taskId) =>
        (planner.FindPlacement(taskId)?.Task ?? planner.FindQueued(taskId) ?? backingOff.Find(taskId)?.Task)?.Attempt;

    private async Task StoreAsync(TaskOperation[] pardons)
    {
        try
        {
            await CommitAsync(pardons);
        }
        catch (MeshUnavailableException)
        {
            // The activation was given up; the next one goes by what is stored.
        }
    }

    /// <summary>The tasks' rows; null when the store does not say.</summary>
    private async Task<IReadOnlyList<TaskRow>?> FindRowsAsync(IReadOnlyList<Placement> placements)
    {
        try
        {
            return [.. await StoreGuard.Read(store.GetManyAsync([.. placements.Select(placement => placement.Task.TaskId)], CancellationToken.None))];
        }
        catch (MeshUnavailableException)
        {
            return null;
        }
    }
}
