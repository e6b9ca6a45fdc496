namespace Aurora.Scheduling.Routing;

/// <summary>
/// One request for a model whose first token is due within a time. Servers are asked only while they have a slot free, and read one context
/// after the other: the first token comes when those that were sent before are read, and then this one. How long the answer becomes nobody knows.
/// </summary>
/// <param name="ContextTokens">Tokens that have to be read, at least 0.</param>
/// <param name="Now">The time.</param>
/// <param name="Within">When the first token is due, above zero.</param>
internal sealed record RequestTiming(int ContextTokens, DateTimeOffset Now, TimeSpan Within)
{
    // Estimates err, so that they may use up only a part of the time.
    private const double Margin = 0.95;

    // Tokens per second at which half of a server's speed counts as spared.
    private const double SparedScale = 50;

    /// <summary>Time from now to the first token.</summary>
    /// <param name="speed">The server's speed.</param>
    /// <param name="prefillFree">When it has read what was sent there.</param>
    public TimeSpan FirstToken(ServerSpeed speed, DateTimeOffset prefillFree) =>
        (prefillFree > Now ? prefillFree - Now : TimeSpan.Zero) + speed.PrefillOf(ContextTokens);

    /// <summary>
    /// What counts: whether the first token is in time, half where nobody can tell; of servers that are in time, how slow they write times the
    /// part of the time that is left over, so that fast ones stay open for requests that need them while slow ones have room; and how soon it comes.
    /// </summary>
    /// <param name="speed">The server's speed.</param>
    /// <param name="prefillFree">When it has read what was sent there.</param>
    /// <param name="isLoaded">Whether the model is in memory; loading it takes nobody knows how long.</param>
    /// <param name="slotsFree">Share of its request slots that are free, 0 to 1: what there is to go by where nobody can tell.</param>
    public (double InTime, double SpeedSpared, double Soon) Judge(ServerSpeed speed, DateTimeOffset prefillFree, bool isLoaded, double slotsFree)
    {
        if (!speed.IsKnown || !isLoaded)
        {
            return (isLoaded ? 0.5 : 0.25, 0, slotsFree);
        }

        var first = FirstToken(speed, prefillFree);
        var soon = 1 / (1 + first.TotalSeconds);
        return first <= Within * Margin ? (1, (1 - (first / Within)) / (1 + (speed.DecodeTokensPerSecond / SparedScale)), soon) : (0, 0, soon);
    }
}
