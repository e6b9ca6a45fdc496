namespace Aurora.Grains;

/// <summary>
/// The time by which a grain waits: what the machine's clock said when the activation began, and from there on what has passed, however the
/// clock is set meanwhile. What is stored and what people read goes by the clock; <see cref="FromClock"/> and <see cref="ToClock"/> lead from
/// one to the other.
/// </summary>
/// <param name="clock">The machine's clock and what measures durations on it.</param>
internal sealed class SteadyTime(TimeProvider clock) : TimeProvider
{
    // The two are not read in one instant, and none of the waits here is that exact.
    private static readonly TimeSpan SetFrom = TimeSpan.FromSeconds(1);

    private readonly DateTimeOffset origin = clock.GetUtcNow();
    private readonly long since = clock.GetTimestamp();

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => origin + clock.GetElapsedTime(since);

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        clock.CreateTimer(callback, state, dueTime, period);

    /// <summary>A point in time by the clock as it is now, by this time: as far from now as there.</summary>
    public DateTimeOffset FromClock(DateTimeOffset time) => time - SetBy();

    /// <summary>A point in this time, by the clock as it is now.</summary>
    public DateTimeOffset ToClock(DateTimeOffset time) => time + SetBy();

    /// <summary>A point by the clock that has been, by this time: not later than now.</summary>
    public DateTimeOffset PastFromClock(DateTimeOffset time) => FromClock(time) is var at && GetUtcNow() is var now && at < now ? at : now;

    /// <summary>By how much the clock was set since this time began; a step of less than a second is none.</summary>
    private TimeSpan SetBy() => clock.GetUtcNow() - GetUtcNow() is var by && by.Duration() < SetFrom ? TimeSpan.Zero : by;
}
