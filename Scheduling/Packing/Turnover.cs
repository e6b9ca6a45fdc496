namespace Aurora.Scheduling.Packing;

/// <summary>Whether tasks only come, or also end: a running mean over about the last thousand of both.</summary>
public sealed class Turnover
{
    private const double NewestWeight = 0.001;

    private double endedShare;

    /// <summary>The share of ends among placements and ends, 0 to 1.</summary>
    internal double EndedShare => endedShare;

    /// <summary>0 while nothing ends, 1 when at least as many tasks end as come.</summary>
    public double Level => Math.Min(1, 2 * endedShare);

    /// <summary>A task came and was placed.</summary>
    public void Placed() => endedShare -= NewestWeight * endedShare;

    /// <summary>A task ended, or left its place otherwise.</summary>
    public void Ended() => endedShare += NewestWeight * (1 - endedShare);

    /// <summary>Takes over the share that another one has seen.</summary>
    internal void SetAs(double share) => endedShare = share;
}
