namespace Aurora.Scheduling.Sharing;

/// <summary>What a tenant holds and had.</summary>
/// <param name="Tenant">Its name.</param>
/// <param name="Policy">What it is granted.</param>
/// <param name="GpusInUse">GPUs that its attempts hold, each counted once for every attempt.</param>
/// <param name="Placed">Its attempts that have a place.</param>
/// <param name="Waiting">Its tasks in line.</param>
/// <param name="RecentShare">Its part of what all tenants used lately, 0 to 1.</param>
/// <param name="FairShare">What its part would be by the weights of the tenants that hold or want something, 0 to 1; 0 for one that does neither.</param>
public sealed record TenantUse(
    string Tenant, TenantPolicy Policy, int GpusInUse, int Placed, int Waiting, double RecentShare, double FairShare);
