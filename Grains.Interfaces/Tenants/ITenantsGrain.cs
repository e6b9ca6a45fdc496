namespace Aurora.Grains.Interfaces.Tenants;

/// <summary>What operators granted tenants while the mesh runs; it comes before what the silos' settings say. Key 0. The schedulers read it.</summary>
[GrainInterfaceType("aurora.tenants")]
public interface ITenantsGrain : IGrainWithIntegerKey
{
    /// <summary>Every grant that is stored, by tenant.</summary>
    Task<TenantGrant[]> ListAsync();

    /// <summary>Stores a grant in place of the tenant's earlier one; returns after the commit.</summary>
    Task PutAsync(TenantGrant grant);

    /// <summary>Forgets a tenant's grant; false when there is none.</summary>
    Task<bool> DeleteAsync(string tenant);
}

/// <summary>What a tenant is granted.</summary>
/// <param name="Tenant">Its name.</param>
/// <param name="Weight">Its share relative to others'; above 0.</param>
/// <param name="GpusMax">The most GPUs that its attempts hold at once in each pool; null for any number.</param>
/// <param name="QueuedMax">The most tasks of it that wait at once in each pool; null for any number.</param>
[GenerateSerializer, Immutable, Alias("aurora.tenant-grant")]
public sealed record TenantGrant(
    [property: Id(0)] string Tenant,
    [property: Id(1)] double Weight,
    [property: Id(2)] int? GpusMax,
    [property: Id(3)] int? QueuedMax);
