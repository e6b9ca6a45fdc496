using Aurora.Grains.Interfaces.Tenants;
using Aurora.Scheduling.Sharing;

namespace Aurora.Grains.Schedulers;

/// <summary>What tenants are granted: by the silo's settings, and before that by what operators stored since.</summary>
internal sealed partial class SchedulerGrain
{
    // Whoever stores a grant tells the schedulers at once; this is for one that could not be told.
    private static readonly TimeSpan GrantsEvery = TimeSpan.FromSeconds(15);

    private readonly Dictionary<string, TenantPolicy> granted = new(StringComparer.Ordinal);
    private DateTimeOffset grantsReadAt;
    private bool grantsAreRead;

    public Task TakeGrantsAsync() => ReadGrantsAsync();

    public Task<TenantView[]> GetTenantsAsync() => Task.FromResult<TenantView[]>(
    [
        .. planner.Tenants(time.GetUtcNow()).Select(use => new TenantView(
            Pool,
            new TenantGrant(use.Tenant, use.Policy.Weight, use.Policy.GpusMax, use.Policy.QueuedMax),
            use.GpusInUse,
            use.Placed,
            use.Waiting,
            use.RecentShare,
            use.FairShare)),
    ]);

    private async Task ReadGrantsAsync()
    {
        grantsReadAt = time.GetUtcNow();
        var now = (await GrainFactory.GetGrain<ITenantsGrain>(0).ListAsync())
            .ToDictionary(grant => grant.Tenant, PolicyOf, StringComparer.Ordinal);
        foreach (var tenant in granted.Keys.Except(now.Keys).ToList())
        {
            granted.Remove(tenant);
            planner.SetTenant(tenant, plannerSettings.Value.Tenants.GetValueOrDefault(tenant));
        }

        foreach (var (tenant, policy) in now)
        {
            if (granted.GetValueOrDefault(tenant) != policy)
            {
                granted[tenant] = policy;
                planner.SetTenant(tenant, policy);
            }
        }

        grantsAreRead = true;
        PlaceWaiting();
    }

    // Budgets are the settings' alone.
    private TenantPolicy PolicyOf(TenantGrant grant) => new(grant.Weight, grant.GpusMax, grant.QueuedMax)
    {
        Budget = (plannerSettings.Value.Tenants.GetValueOrDefault(grant.Tenant) ?? TenantPolicy.Default).Budget,
    };

    /// <summary>A queue that is rebuilt places under the grants where they can be read; it does not wait for long where they cannot.</summary>
    private async Task RenewGrantsAsync(DateTimeOffset now)
    {
        if (now - grantsReadAt < (grantsAreRead ? GrantsEvery : TurnsEvery))
        {
            return;
        }

        try
        {
            await ReadGrantsAsync();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogGrantsUnread(Pool, e.Message);
        }
    }

    private bool HasQueueQuota =>
        plannerSettings.Value.Tenants.Values.Any(policy => policy.QueuedMax is not null) || granted.Values.Any(policy => policy.QueuedMax is not null);
}
