namespace Aurora.Scheduling.Routing;

/// <summary>
/// What the router knows of one replica. A request takes a slot in order of arrival, then the one prefill unit, then
/// decodes; its first token comes when its prefill ends.
/// </summary>
internal sealed class ReplicaQueue(ReplicaRate rate)
{
    /// <summary>Weight of the newest stay in the running mean: about the last fifty count.</summary>
    private const double NewestWeight = 0.02;

    /// <summary>What a request is taken to write until one has ended; an assumption, soon replaced by what is seen.</summary>
    private const double TypicalOutputTokens = 256;

    private double prefillFreeSeconds = double.NegativeInfinity;
    private double meanStaySeconds = TypicalOutputTokens / rate.DecodeTokensPerSecond;
    private int outstanding;

    public ReplicaRate Rate { get; } = rate;

    /// <summary>
    /// Seconds from now to the first token of a request with this context, expected or, with a number of standard
    /// deviations, cautious.
    /// </summary>
    public double FirstTokenSeconds(double now, int contextTokens, double deviations = 0) =>
        Math.Max(SlotWaitSeconds(deviations), prefillFreeSeconds - now) + (contextTokens / Rate.PrefillTokensPerSecond);

    public void Add(double now, int contextTokens)
    {
        prefillFreeSeconds = now + FirstTokenSeconds(now, contextTokens);
        outstanding++;
    }

    public void Remove(double staySeconds)
    {
        outstanding--;
        meanStaySeconds += NewestWeight * (staySeconds - meanStaySeconds);
    }

    /// <summary>
    /// With every slot taken, one comes free each mean stay over the number of slots. The wait for the n-th is taken as
    /// a sum of n exponential gaps (Erlang), whose standard deviation is that of one gap times the root of n.
    /// </summary>
    private double SlotWaitSeconds(double deviations)
    {
        var turns = outstanding - Rate.Slots + 1;
        return turns <= 0 ? 0 : (turns + (deviations * Math.Sqrt(turns))) * meanStaySeconds / Rate.Slots;
    }
}
