namespace Aurora.Grains.Tests;

/// <summary>A clock and what measures durations, each moved by hand.</summary>
internal sealed class ManualClock(DateTimeOffset now) : TimeProvider
{
    private long ticks;

    /// <summary>What the clock says; to set it lets no time pass.</summary>
    public DateTimeOffset Now { get; set; } = now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Pass(TimeSpan elapsed)
    {
        ticks += elapsed.Ticks;
        Now += elapsed;
    }

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => ticks;
}
