namespace Aurora.Scheduling.Routing;

/// <summary>How fast a node's inference servers are, as a first-order model; nothing for a node that does not tell.</summary>
/// <param name="PrefillTokensPerSecond">Context tokens read per second, one request at a time.</param>
/// <param name="DecodeTokensPerSecond">Tokens written per second for each request.</param>
public readonly record struct ServerSpeed(double PrefillTokensPerSecond, double DecodeTokensPerSecond)
{
    /// <summary>Whether both are numbers above 0.</summary>
    public bool IsKnown => PrefillTokensPerSecond is > 0 and < double.PositiveInfinity && DecodeTokensPerSecond is > 0 and < double.PositiveInfinity;

    /// <summary>How long it reads a context of so many tokens; zero for a node that does not tell.</summary>
    public TimeSpan PrefillOf(int contextTokens) => IsKnown ? TimeSpan.FromSeconds(contextTokens / PrefillTokensPerSecond) : TimeSpan.Zero;
}
