using System.Globalization;
using Aurora.Grains.Interfaces.Schedulers;

namespace Aurora.GatewayApi.Endpoints;

/// <summary>What the mesh spent on tasks.</summary>
/// <param name="From">The first day, in UTC.</param>
/// <param name="To">The last day.</param>
/// <param name="By">What the parts are of: day, node, tenant, task_type, tenure or pool.</param>
/// <param name="Total">Over all of it.</param>
/// <param name="Rented">What of it went to nodes that are not owned.</param>
/// <param name="Parts">The dearest first; days in order.</param>
internal sealed record Costs(string From, string To, string By, CostSum Total, CostSum Rented, IReadOnlyList<CostPart> Parts)
{
    public static Costs Of(DateOnly from, DateOnly to, string by, IReadOnlyList<CostView> costs, Func<CostView, string> key)
    {
        var parts = costs.GroupBy(key, StringComparer.Ordinal).Select(part => new CostPart(part.Key, CostSum.Of(part)));
        return new Costs(
            from.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            to.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            by,
            CostSum.Of(costs),
            CostSum.Of(costs.Where(cost => cost.Tenure != "owned")),
            [.. by == "day" ? parts.OrderBy(part => part.Name, StringComparer.Ordinal) : parts.OrderByDescending(part => part.Cost.Amount)]);
    }
}

/// <summary>A part of it.</summary>
/// <param name="Name">The day, the node and so on; the default tenant has the empty name.</param>
internal sealed record CostPart(string Name, CostSum Cost);

/// <summary>What attempts cost together.</summary>
/// <param name="Amount">In the money of the nodes' prices.</param>
/// <param name="OnDemand">What the same hours would have cost on such machines on demand; a node that does not tell is compared with itself.</param>
/// <param name="Hours">How long the attempts ran.</param>
/// <param name="Attempts">How many ended.</param>
internal sealed record CostSum(double Amount, double OnDemand, double Hours, long Attempts)
{
    public static CostSum Of(IEnumerable<CostView> costs) => costs.Aggregate(
        new CostSum(0, 0, 0, 0),
        (sum, cost) => new CostSum(sum.Amount + cost.Amount, sum.OnDemand + cost.OnDemand, sum.Hours + (cost.Seconds / 3_600), sum.Attempts + cost.Attempts));
}
