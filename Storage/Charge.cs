namespace Aurora.Storage;

/// <summary>What an attempt cost from its start to its end.</summary>
/// <param name="Amount">In the money of its node's price; 0 where the node tells none.</param>
/// <param name="OnDemand">What the same time would have cost on such a machine on demand.</param>
public readonly record struct Charge(double Amount, double OnDemand);
