using Aurora.Scheduling.Cost;

namespace Aurora.Scheduling.Sharing;

/// <summary>What an operator grants a tenant.</summary>
/// <param name="Weight">Its share of what the tenants that want something get, relative to theirs; above 0. Default: 1.</param>
/// <param name="GpusMax">The most GPUs that its attempts hold at once; null for any number.</param>
/// <param name="QueuedMax">The most tasks of it that wait at once; null for any number.</param>
public sealed record TenantPolicy(double Weight = 1, int? GpusMax = null, int? QueuedMax = null)
{
    /// <summary>The most money that goes to rented nodes for it. Default: no limit.</summary>
    public SpendLimits Budget { get; init; } = SpendLimits.None;

    /// <summary>What a tenant has of which nobody said anything.</summary>
    public static TenantPolicy Default { get; } = new();
}
