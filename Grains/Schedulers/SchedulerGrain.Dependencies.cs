using Aurora.Grains.Tasks;
using Aurora.Scheduling.Lifecycle;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Queueing;

namespace Aurora.Grains.Schedulers;

/// <summary>Tasks that come after others.</summary>
internal sealed partial class SchedulerGrain
{
    // Finds ends that were not heard of, because what said so was lost with a silo.
    private static readonly TimeSpan PrerequisiteSweep = TimeSpan.FromSeconds(5);

    private readonly DependencyTable dependencies = new();
    private readonly HashSet<string> endedPrerequisites = new(StringComparer.Ordinal);
    private DateTimeOffset prerequisitesSweptAt;

    private static string Awaiting(IReadOnlyCollection<string> after) =>
        after.Count == 1 ? $"waits for {after.First()} to end" : $"waits for {after.Count} tasks to end, {after.First()} among them";

    /// <summary>Whether the task waits for others before it stands in line; it is held back then.</summary>
    private bool HoldBack(PendingTask task)
    {
        if (task.Attempt > 0 || !controls.TryGetValue(task.TaskId, out var said) || said.After is not { Length: > 0 })
        {
            return false;
        }

        dependencies.Add(task, said.ToPrerequisites());
        endedPrerequisites.UnionWith(said.After.Select(after => after.TaskId).Where(id => !IsKnown(id)));
        return true;
    }

    private async Task<bool> ReleaseDependantsAsync(DateTimeOffset now)
    {
        if (dependencies.Count > 0 && now - prerequisitesSweptAt > PrerequisiteSweep)
        {
            prerequisitesSweptAt = now;
            endedPrerequisites.UnionWith(dependencies.Awaited.Where(id => !IsKnown(id)));
        }

        if (endedPrerequisites.Count == 0)
        {
            return false;
        }

        string[] asked = [.. endedPrerequisites];
        endedPrerequisites.Clear();
        var found = (await StoreGuard.Read(store.FindAsync(asked, CancellationToken.None))).ToDictionary(standing => standing.TaskId);
        List<(PendingTask Task, string Reason)>? hopeless = null;
        var any = false;
        foreach (var taskId in asked)
        {
            if (dependencies.DependantsOf(taskId).Any(inserting.Contains))
            {
                // Not before it is committed: until then there is nothing to release or to fail.
                endedPrerequisites.Add(taskId);
                continue;
            }

            var exists = found.TryGetValue(taskId, out var standing);
            if (exists && !standing.Phase.HasEnded())
            {
                continue;
            }

            foreach (var released in dependencies.Ended(taskId, standing.Phase == TaskPhase.Completed, standing.CompletedAt is { } at ? time.PastFromClock(at) : now))
            {
                if (released.Failed is null)
                {
                    LimitQueueing(released.Task, released.At);
                    planner.Enqueue(released.Task);
                    any = true;
                }
                else
                {
                    (hopeless ??= []).Add((released.Task, exists
                        ? $"{taskId}, which it comes after, {(standing.Phase == TaskPhase.Cancelled ? "was cancelled" : "failed")}"
                        : $"{taskId}, which it comes after, does not exist"));
                }
            }
        }

        await (hopeless is null ? Task.CompletedTask : GiveUpAsync(hopeless));
        return any;
    }
}
