using Aurora.Scheduling.Cost;

namespace Aurora.Scheduling.Model;

/// <summary>What a node costs while it works.</summary>
/// <param name="Tenure">Whether it is owned or rented.</param>
/// <param name="PerHour">Money for one hour of the whole node; for an owned one its power. At least 0.</param>
public readonly record struct NodePrice(NodeTenure Tenure, double PerHour)
{
    /// <summary>What an hour of such a machine costs on demand, at least 0; null where the node does not tell, which compares it with itself.</summary>
    public double? OnDemandPerHour { get; init; }

    /// <summary>How often in an hour the node is expected to be taken away, at least 0. Default: 0.</summary>
    public double InterruptionsPerHour { get; init; }

    /// <summary>Money for an hour of work that is kept: the price, and what interruptions cost of the work (<see cref="InterruptionModel"/>).</summary>
    public double PerHourOfWork => PerHour * NodeRisk.RunSeconds(3_600, gpus: 1, InterruptionsPerHour).Expected / 3_600;

    private static readonly InterruptionModel NodeRisk = new();
}

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

/// <summary>How the terms are written.</summary>
public static class NodeTenures
{
    public static string ToName(this NodeTenure tenure) => tenure switch
    {
        NodeTenure.OnDemand => "on-demand",
        NodeTenure.Spot => "spot",
        _ => "owned",
    };

    /// <summary>Owned for anything that is not a name.</summary>
    public static NodeTenure Parse(string? name) => name switch
    {
        "on-demand" => NodeTenure.OnDemand,
        "spot" => NodeTenure.Spot,
        _ => NodeTenure.Owned,
    };
}
