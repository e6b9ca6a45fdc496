namespace Aurora.Grains.Tests;

/// <summary>The system's clock and a difference; what measures durations goes on as it does when a clock is set.</summary>
internal sealed class AdjustedTime : TimeProvider
{
    private long ticks;

    public void Set(TimeSpan by) => Interlocked.Exchange(ref ticks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref ticks));
}
