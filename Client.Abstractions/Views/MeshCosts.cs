namespace Aurora.Client.Abstractions.Views;

/// <summary>What the mesh spent on tasks.</summary>
/// <param name="From">The first day, in UTC.</param>
/// <param name="To">The last day, which is included.</param>
/// <param name="By">What the parts are of.</param>
/// <param name="Total">Over all of it.</param>
/// <param name="Rented">What of it went to nodes that are not owned.</param>
/// <param name="Parts">The dearest first; days in order.</param>
public sealed record MeshCosts(DateOnly From, DateOnly To, string By, CostSum Total, CostSum Rented, IReadOnlyList<CostPart> Parts);

/// <summary>A part of what was spent.</summary>
/// <param name="Name">The day, the node and so on; the default tenant has the empty name.</param>
/// <param name="Cost">What its attempts cost.</param>
public sealed record CostPart(string Name, CostSum Cost);

/// <summary>What attempts cost together.</summary>
/// <param name="Amount">In the money of the nodes' prices.</param>
/// <param name="OnDemand">What the same hours would have cost on such machines on demand.</param>
/// <param name="Hours">How long the attempts ran.</param>
/// <param name="Attempts">How many ended.</param>
public sealed record CostSum(double Amount, double OnDemand, double Hours, long Attempts);
