namespace Aurora.Scheduling.Routing;

/// <summary>
/// Chooses the replica of a request: the slowest that is expected to give the first token in time, so that fast
/// replicas stay open for requests that need them; among equals, and where none is in time, the earliest first token.
/// Output lengths are unknown; how long requests stay is learnt from those that ended.
/// </summary>
public sealed class RequestRouter
{
    private readonly RouterSettings settings;
    private readonly ReplicaQueue[] replicas;

    /// <summary>Throws <see cref="ArgumentException"/> on a value out of range.</summary>
    public RequestRouter(IReadOnlyList<ReplicaRate> rates, RouterSettings settings)
    {
        ArgumentNullException.ThrowIfNull(rates);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        this.settings = settings;
        replicas = [.. rates.Select((rate, replica) =>
        {
            rate.Validate(replica);
            return new ReplicaQueue(rate);
        })];
        if (replicas.Length == 0)
        {
            throw new ArgumentException("There must be at least one replica.", nameof(rates));
        }
    }

    /// <summary>Routes a request and counts it as outstanding. Times never go back.</summary>
    /// <returns>The replica's index in the list of rates.</returns>
    public int Route(double nowSeconds, int contextTokens)
    {
        var best = 0;
        var bestKey = (Late: true, Speed: double.PositiveInfinity, FirstToken: double.PositiveInfinity);
        var due = settings.FirstTokenSeconds * settings.Margin;
        for (var replica = 0; replica < replicas.Length; replica++)
        {
            var queue = replicas[replica];
            var firstToken = queue.FirstTokenSeconds(nowSeconds, contextTokens);
            var late = queue.FirstTokenSeconds(nowSeconds, contextTokens, settings.Deviations) > due;
            var key = (late, late ? 0 : queue.Rate.DecodeTokensPerSecond, firstToken);
            if (key.CompareTo(bestKey) < 0)
            {
                (best, bestKey) = (replica, key);
            }
        }

        replicas[best].Add(nowSeconds, contextTokens);
        return best;
    }

    /// <summary>A request of the replica ended, in how many seconds since it was routed.</summary>
    public void Ended(int replica, double staySeconds) => replicas[replica].Remove(staySeconds);
}
