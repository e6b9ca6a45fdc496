using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Grains.Interfaces.Tenants;
using Aurora.Scheduling.Model;
using Aurora.Storage;
using Orleans.Concurrency;

namespace Aurora.Grains.Schedulers;

/// <summary>Asks the scheduler of every pool and puts the answers together; holds nothing but the names of the pools, so any silo may answer.</summary>
[GrainType("aurora.mesh")]
[StatelessWorker]
internal sealed class MeshGrain(ITaskStore store, TimeProvider time) : Grain, IMeshGrain
{
    private static readonly TimeSpan PoolsAgeMax = TimeSpan.FromMilliseconds(500);

    private string[] pools = [MeshConstants.DefaultPool];
    private long? poolsReadAt;

    public async Task<string[]> GetPoolsAsync()
    {
        if (poolsReadAt is not { } readAt || time.GetElapsedTime(readAt) > PoolsAgeMax)
        {
            var started = time.GetTimestamp();
            var known = await StoreGuard.Read(store.ListPoolsAsync(CancellationToken.None));
            pools = [MeshConstants.DefaultPool, .. known.Where(pool => pool != MeshConstants.DefaultPool)];
            poolsReadAt = started;
        }

        return pools;
    }

    public async Task<MeshView> GetMeshAsync() => MeshMerge.Merge(await AskAsync(scheduler => scheduler.GetMeshAsync()));

    public async Task<string[]> GetTaskTypesAsync() =>
        [.. (await AskAsync(scheduler => scheduler.GetTaskTypesAsync())).SelectMany(types => types).Distinct().Order(StringComparer.Ordinal)];

    public Task<QueueView> GetQueueAsync(int limit, string? pool) =>
        GetQueueAsync(limit, pool, scheduler => scheduler.GetQueueAsync(limit));

    public Task<QueueView> GetQueueOfAsync(int limit, string? pool, int priorityMin, int priorityMax) =>
        GetQueueAsync(limit, pool, scheduler => scheduler.GetQueueOfAsync(limit, priorityMin, priorityMax));

    public async Task<PlacedTaskView[]> GetTasksOnAsync(string nodeId) =>
        [.. (await AskAsync(scheduler => scheduler.GetTasksOnAsync(nodeId))).SelectMany(tasks => tasks).OrderBy(task => task.TaskId, StringComparer.Ordinal)];

    public async Task<PlanView[]> PlanAsync(TaskSpec[] tasks)
    {
        var plans = new PlanView[tasks.Length];
        await Task.WhenAll(tasks.Index().GroupBy(each => each.Item.Pool).Select(async ofPool =>
        {
            var each = ofPool.ToArray();
            foreach (var (index, plan) in (await Scheduler(ofPool.Key).PlanAsync([.. each.Select(task => task.Item)])).Index())
            {
                plans[each[index].Index] = plan;
            }
        }));
        return plans;
    }

    public async Task<CostView[]> GetCostsAsync(DateOnly from, DateOnly to) =>
    [
        .. (await StoreGuard.Read(store.ListCostsAsync(
            new DateTimeOffset(from, TimeOnly.MinValue, TimeSpan.Zero), new DateTimeOffset(to.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero), CancellationToken.None)))
            .Select(row => new CostView(
                row.Day, row.NodeId, row.Tenant, row.TaskType, row.Pool, row.Tenure.ToName(), row.Attempts, row.Seconds, row.Amount, row.OnDemand)),
    ];

    public async Task<bool> SetCordonAsync(string nodeId, bool cordoned, TimeSpan? drainFor)
    {
        // Each scheduler that has the node writes the same and remembers it; one that has it not writes it too, and forgets it.
        var known = await StoreGuard.Read(store.GetNodeAsync(nodeId, CancellationToken.None));
        if (known is null)
        {
            return false;
        }

        var serves = Nodes.NodeTraits.Parse(Nodes.NodeMapping.ParseRegistration(known.Registration).Facts).Pools;
        return (await Task.WhenAll(serves.Select(pool => Scheduler(pool).SetCordonAsync(nodeId, cordoned, drainFor)))).All(applied => applied);
    }

    public async Task<TenantView[]> GetTenantsAsync() =>
        [.. (await AskAsync(scheduler => scheduler.GetTenantsAsync())).SelectMany(tenants => tenants).OrderBy(tenant => tenant.Grant.Tenant, StringComparer.Ordinal)];

    public async Task PutTenantAsync(TenantGrant grant)
    {
        await GrainFactory.GetGrain<ITenantsGrain>(0).PutAsync(grant);
        await TellGrantsAsync();
    }

    public async Task<bool> DeleteTenantAsync(string tenant)
    {
        if (!await GrainFactory.GetGrain<ITenantsGrain>(0).DeleteAsync(tenant))
        {
            return false;
        }

        await TellGrantsAsync();
        return true;
    }

    private async Task<QueueView> GetQueueAsync(int limit, string? pool, Func<ISchedulerGrain, Task<QueueView>> question) =>
        MeshMerge.Merge(pool is null ? await AskAsync(question) : [await question(Scheduler(pool))], limit);

    // It is stored: a scheduler that cannot be told now reads it soon.
    private async Task TellGrantsAsync() =>
        await Task.WhenAll((await GetPoolsAsync()).Select(pool => Scheduler(pool).TakeGrantsAsync()))
            .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);

    private async Task<T[]> AskAsync<T>(Func<ISchedulerGrain, Task<T>> question) =>
        await Task.WhenAll((await GetPoolsAsync()).Select(pool => question(Scheduler(pool))));

    private ISchedulerGrain Scheduler(string pool) => GrainFactory.GetGrain<ISchedulerGrain>(pool);
}
