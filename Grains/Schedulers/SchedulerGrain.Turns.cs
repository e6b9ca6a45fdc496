using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Grains.Schedulers;

/// <summary>Whose turn it is: places that are kept for whoever goes first, and tenants and pools that may have no more in line.</summary>
internal sealed partial class SchedulerGrain
{
    private static readonly TimeSpan TurnsEvery = TimeSpan.FromSeconds(1);

    private DateTimeOffset turnsLookedAfter;

    public async Task<SubmitOutcome[]> SubmitAsync(NewTask[] tasks)
    {
        var queuedMax = plannerSettings.Value.QueuedMax;
        var room = queuedMax - WaitingCount;
        if (!HasQueueQuota && tasks.Length <= room)
        {
            return await TakeAsync(tasks);
        }

        var more = new Dictionary<string, int>(StringComparer.Ordinal);
        var outcomes = new SubmitOutcome?[tasks.Length];
        for (var i = 0; i < tasks.Length; i++)
        {
            if (IsKnown(tasks[i].TaskId))
            {
                continue;
            }

            if (room <= 0)
            {
                outcomes[i] = Refused(tasks[i], $"pool '{Pool}' has as many tasks in line as it may have, {queuedMax}");
                continue;
            }

            var tenant = tasks[i].Spec.Controls?.Tenant;
            var count = more[tenant ?? ""] = more.GetValueOrDefault(tenant ?? "") + 1;
            if (planner.IsQueueFull(tenant, count))
            {
                more[tenant ?? ""]--;
                outcomes[i] = Refused(tasks[i], $"tenant '{tenant ?? "default"}' has as many tasks in line as its quota allows");
                continue;
            }

            room--;
        }

        var taken = new Queue<SubmitOutcome>(await TakeAsync([.. tasks.Where((_, i) => outcomes[i] is null)]));
        return [.. outcomes.Select(refused => refused ?? taken.Dequeue())];
    }

    private static SubmitOutcome Refused(NewTask task, string why) => new(task.TaskId, "refused", Node: null, why);

    private void LookAfterTurns(DateTimeOffset now)
    {
        if (now - turnsLookedAfter < TurnsEvery)
        {
            return;
        }

        turnsLookedAfter = now;
        planner.Advance(now);
        if (planner.QueuedCount > 0)
        {
            PlaceWaiting();
            planner.KeepPlace(now);
            PreemptForWaiting(now);
        }
    }
}
