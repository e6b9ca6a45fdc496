using System.Collections.Concurrent;
using Aurora.GatewayApi.Observability;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Submissions;

/// <summary>Single submits on their way to the schedulers: a lane for each pool, so that none waits for another's scheduler.</summary>
internal sealed class SubmitOutbox(IGrainFactory grains, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, SubmitLane> lanes = new(StringComparer.Ordinal);

    /// <summary>Completes when the task is committed; fails as <see cref="ISchedulerGrain.SubmitAsync"/> does.</summary>
    public Task<SubmitOutcome> SubmitAsync(NewTask task) => SubmitTrace.IsWanted ? SubmitTracedAsync(task) : EnqueueAsync(task);

    private async Task<SubmitOutcome> SubmitTracedAsync(NewTask task)
    {
        using var span = SubmitTrace.Start(tasks: 1);
        span?.SetTag("aurora.task_id", task.TaskId);
        return await EnqueueAsync(SubmitTrace.Carry(task));
    }

    private Task<SubmitOutcome> EnqueueAsync(NewTask task) => lanes
        .GetOrAdd(task.Spec.Pool, static (pool, own) => new SubmitLane(own.grains, own.time, pool), (grains, time))
        .SubmitAsync(task);
}
