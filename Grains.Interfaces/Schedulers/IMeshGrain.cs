using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Grains.Interfaces.Schedulers;

/// <summary>
/// The whole mesh, over all its pools. Keeps nothing: it asks the schedulers and puts their answers together. Throws
/// <see cref="MeshUnavailableException"/>, or times out, while one of them cannot be asked.
/// </summary>
[GrainInterfaceType("aurora.mesh")]
public interface IMeshGrain : IGrainWithIntegerKey
{
    /// <summary>Every pool that there is, the default one first. A pool begins when the first node that serves it joins, and stays.</summary>
    Task<string[]> GetPoolsAsync();

    /// <summary>The mesh at this moment. A node of several pools is in it once.</summary>
    Task<MeshView> GetMeshAsync();

    /// <summary>Task types that at least one known node announces.</summary>
    Task<string[]> GetTaskTypesAsync();

    /// <summary>The tasks that go next, at most <paramref name="limit"/>, of one pool or (null) of all, by effective priority.</summary>
    Task<QueueView> GetQueueAsync(int limit, string? pool);

    /// <summary>Likewise with the tasks of these priorities only, 0 to 10, both included; those may be up to 5 s old where more than 5,000 wait.</summary>
    Task<QueueView> GetQueueOfAsync(int limit, string? pool, int priorityMin, int priorityMax);

    /// <summary>The tasks that have a place on a node, by id; empty for a node that is not known.</summary>
    Task<PlacedTaskView[]> GetTasksOnAsync(string nodeId);

    /// <summary>What would become of these tasks if they were submitted now, each to its pool; one answer per task, in order.</summary>
    Task<PlanView[]> PlanAsync(TaskSpec[] tasks);

    /// <summary>What attempts cost that ended on these days (UTC, both included), on the nodes that tell a price.</summary>
    Task<CostView[]> GetCostsAsync(DateOnly from, DateOnly to);

    /// <summary>Every tenant in every pool, by name and pool.</summary>
    Task<Tenants.TenantView[]> GetTenantsAsync();

    /// <summary>Stores what a tenant is granted; the schedulers that can be asked go by it when this returns.</summary>
    Task PutTenantAsync(Tenants.TenantGrant grant);

    /// <summary>Forgets what was stored of a tenant, which has what the silos' settings say again; false when nothing was.</summary>
    Task<bool> DeleteTenantAsync(string tenant);

    /// <inheritdoc cref="ISchedulerGrain.SetCordonAsync"/>
    Task<bool> SetCordonAsync(string nodeId, bool cordoned, TimeSpan? drainFor);
}
