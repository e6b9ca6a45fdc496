using Aurora.Grains.Interfaces.Tenants;
using Aurora.Storage;

namespace Aurora.Grains.Tenants;

/// <summary>Keeps what operators granted tenants.</summary>
[GrainType("aurora.tenants")]
internal sealed class TenantsGrain([PersistentState("tenants", StorageNames.Grains)] IPersistentState<TenantsGrainState> storage) : Grain, ITenantsGrain
{
    public Task<TenantGrant[]> ListAsync() => Task.FromResult(storage.State.Grants);

    public Task PutAsync(TenantGrant grant) => CommitAsync(
        [.. storage.State.Grants.Where(other => other.Tenant != grant.Tenant).Append(grant).OrderBy(each => each.Tenant, StringComparer.Ordinal)]);

    public async Task<bool> DeleteAsync(string tenant)
    {
        TenantGrant[] kept = [.. storage.State.Grants.Where(grant => grant.Tenant != tenant)];
        if (kept.Length == storage.State.Grants.Length)
        {
            return false;
        }

        await CommitAsync(kept);
        return true;
    }

    private async Task CommitAsync(TenantGrant[] grants)
    {
        storage.State = new TenantsGrainState { Grants = grants };
        try
        {
            await storage.WriteStateAsync();
        }
        catch
        {
            // The write may or may not have landed, so memory no longer knows the truth. Reload it.
            DeactivateOnIdle();
            throw;
        }
    }
}
