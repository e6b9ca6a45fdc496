namespace Aurora.Scheduling.Routing;

/// <summary>What one inference replica can do, as a first-order model.</summary>
/// <param name="Slots">Requests that it holds at once, at least 1.</param>
/// <param name="PrefillTokensPerSecond">Context tokens read per second, one request at a time; above 0.</param>
/// <param name="DecodeTokensPerSecond">Tokens written per second for each request; above 0.</param>
public readonly record struct ReplicaRate(int Slots, double PrefillTokensPerSecond, double DecodeTokensPerSecond)
{
    internal void Validate(int replica)
    {
        Require(Slots >= 1, replica, nameof(Slots), "at least 1");
        Require(PrefillTokensPerSecond > 0, replica, nameof(PrefillTokensPerSecond), "above 0");
        Require(DecodeTokensPerSecond > 0, replica, nameof(DecodeTokensPerSecond), "above 0");
    }

    private static void Require(bool holds, int replica, string field, string must)
    {
        if (!holds)
        {
            throw new ArgumentException($"{field} of replica {replica} must be {must}.", field);
        }
    }
}
