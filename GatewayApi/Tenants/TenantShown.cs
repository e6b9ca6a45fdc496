using Aurora.Grains.Interfaces.Tenants;

namespace Aurora.GatewayApi.Tenants;

/// <summary>Every tenant.</summary>
internal sealed record TenantList(IReadOnlyList<TenantShown> Tenants);

/// <summary>A tenant as the outside sees it.</summary>
/// <param name="Stored">Whether this is granted by <c>PUT</c>; otherwise by the silos' settings, or by nobody.</param>
internal sealed record TenantShown(string Name, double Weight, int? GpusMax, int? QueuedMax, bool Stored, IReadOnlyDictionary<string, TenantPool> Pools)
{
    public static TenantShown Of(IReadOnlyList<TenantView> views, TenantGrant grant, bool isStored) => new(
        grant.Tenant, grant.Weight, grant.GpusMax, grant.QueuedMax, isStored, views.ToDictionary(view => view.Pool, TenantPool.Of, StringComparer.Ordinal));
}

/// <summary>A tenant in one pool.</summary>
internal sealed record TenantPool(int GpusInUse, int PlacedTasks, int QueuedTasks, double RecentShare, double FairShare)
{
    public static TenantPool Of(TenantView view) =>
        new(view.GpusInUse, view.Placed, view.Queued, Math.Round(view.RecentShare, 4), Math.Round(view.FairShare, 4));
}
