using Aurora.Scheduling.Model;

namespace Aurora.Storage;

/// <summary>What the attempts cost that ended on one day and are alike in the rest.</summary>
/// <param name="Day">In UTC.</param>
/// <param name="Tenant">Null for the default tenant.</param>
/// <param name="Tenure">On what terms the node was there.</param>
/// <param name="Attempts">How many ended.</param>
/// <param name="Seconds">How long they ran together.</param>
/// <param name="Amount">In the money of the nodes' prices.</param>
/// <param name="OnDemand">What the same time would have cost on such machines on demand.</param>
public sealed record CostRow(
    DateOnly Day, string NodeId, string? Tenant, string TaskType, string Pool, NodeTenure Tenure, long Attempts, double Seconds, double Amount, double OnDemand);
