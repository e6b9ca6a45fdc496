using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Cost;

/// <summary>What an attempt costs while it runs: its share of its node's price when it was placed.</summary>
/// <param name="Tenure">On what terms the node is there.</param>
/// <param name="PerHour">Money for an hour; at least 0.</param>
/// <param name="OnDemandPerHour">Money for an hour of the same share of such a machine on demand; at least 0.</param>
public readonly record struct AttemptPrice(NodeTenure Tenure, double PerHour, double OnDemandPerHour)
{
    /// <summary>Whether there is nothing to charge and nothing to compare it with.</summary>
    public bool IsNothing => PerHour <= 0 && OnDemandPerHour <= 0;

    /// <param name="node">What the node announced.</param>
    /// <param name="gpus">Indexes of the attempt's GPUs; those that the node does not announce count as nothing.</param>
    /// <param name="bytesPerGpu">Memory reserved on each of them, in bytes.</param>
    public static AttemptPrice Of(NodeFacts node, IReadOnlyList<int> gpus, long bytesPerGpu)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(gpus);
        var price = node.Price;
        if (price is { PerHour: <= 0, OnDemandPerHour: null or <= 0 })
        {
            return default;
        }

        var share = Share(node, gpus, bytesPerGpu);
        return new AttemptPrice(price.Tenure, price.PerHour * share, (price.OnDemandPerHour ?? price.PerHour) * share);
    }

    /// <summary>
    /// Which part of the node's price an attempt pays, 0 to 1: of each GPU the part of its memory that is reserved, over all GPUs of
    /// the node. An attempt that reserves no GPU memory pays for one of the attempts that the node runs at once.
    /// </summary>
    private static double Share(NodeFacts node, IReadOnlyList<int> gpus, long bytesPerGpu)
    {
        if (gpus.Count == 0 || bytesPerGpu <= 0)
        {
            return 1.0 / Math.Max(1, node.MaxParallel);
        }

        var taken = 0.0;
        foreach (var gpu in gpus)
        {
            if (gpu >= 0 && gpu < node.Gpus.Count && node.Gpus[gpu].MemoryBytes > 0)
            {
                taken += Math.Min(1, (double)bytesPerGpu / node.Gpus[gpu].MemoryBytes);
            }
        }

        return Math.Min(1, taken / Math.Max(1, node.Gpus.Count));
    }
}
