namespace Aurora.Grains.Interfaces.Tenants;

/// <summary>A tenant in one pool: what it is granted, holds, wants and had.</summary>
/// <param name="Grant">What it is granted.</param>
/// <param name="GpusInUse">GPUs that its attempts hold, each counted once for every attempt.</param>
/// <param name="Placed">Its attempts that have a place.</param>
/// <param name="Queued">Its tasks in line.</param>
/// <param name="RecentShare">Its part of what all tenants used lately, 0 to 1.</param>
/// <param name="FairShare">What its part would be by the weights of the tenants that hold or want something, 0 to 1.</param>
[GenerateSerializer, Immutable, Alias("aurora.tenant-view")]
public sealed record TenantView(
    [property: Id(0)] string Pool,
    [property: Id(1)] TenantGrant Grant,
    [property: Id(2)] int GpusInUse,
    [property: Id(3)] int Placed,
    [property: Id(4)] int Queued,
    [property: Id(5)] double RecentShare,
    [property: Id(6)] double FairShare);
