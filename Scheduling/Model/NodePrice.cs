namespace Aurora.Scheduling.Model;

/// <summary>What a node costs while it works.</summary>
/// <param name="Tenure">Whether it is owned or rented.</param>
/// <param name="PerHour">Money for one hour of the whole node; for an owned one its power. At least 0.</param>
public readonly record struct NodePrice(NodeTenure Tenure, double PerHour);

/// <summary>On what terms a node is there.</summary>
public enum NodeTenure
{
    /// <summary>Owned: it costs its power.</summary>
    Owned,

    /// <summary>Rented by the hour.</summary>
    OnDemand,

    /// <summary>Rented by the hour, and may be taken away at any moment.</summary>
    Spot,
}
