namespace Aurora.Grains.Tests;

/// <summary>The system's clock, which can be set, and what measures durations, which can only be moved on; timers are the system's.</summary>
internal sealed class AdjustedTime : TimeProvider
{
    private long setBy;
    private long passed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Sets the clock to the system's and this, as an operator does.</summary>
    public void Set(TimeSpan by) => Interlocked.Exchange(ref setBy, by.Ticks);

    /// <summary>Lets so much more time pass than the test takes.</summary>
    public void Pass(TimeSpan elapsed) => Interlocked.Add(ref passed, elapsed.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref setBy) + Interlocked.Read(ref passed));

    public override long GetTimestamp() => System.GetElapsedTime(0).Ticks + Interlocked.Read(ref passed);
}
