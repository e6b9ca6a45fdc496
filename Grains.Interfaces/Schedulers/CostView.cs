namespace Aurora.Grains.Interfaces.Schedulers;

/// <summary>What the attempts cost that ended on one day and are alike in the rest.</summary>
/// <param name="Day">In UTC.</param>
/// <param name="Tenant">Null for the default tenant.</param>
/// <param name="Tenure">On what terms the node was there: owned, on-demand or spot.</param>
/// <param name="Attempts">How many ended.</param>
/// <param name="Seconds">How long they ran together.</param>
/// <param name="Amount">In the money of the nodes' prices.</param>
/// <param name="OnDemand">What the same time would have cost on such machines on demand.</param>
[GenerateSerializer, Immutable, Alias("aurora.cost")]
public sealed record CostView(
    [property: Id(0)] DateOnly Day,
    [property: Id(1)] string Node,
    [property: Id(2)] string? Tenant,
    [property: Id(3)] string TaskType,
    [property: Id(4)] string Pool,
    [property: Id(5)] string Tenure,
    [property: Id(6)] long Attempts,
    [property: Id(7)] double Seconds,
    [property: Id(8)] double Amount,
    [property: Id(9)] double OnDemand);
