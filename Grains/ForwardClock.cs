namespace Aurora.Grains;

/// <summary>
/// The machine's clock, except that it does not go back by more than a moment: where that one is set back this one goes on at half speed until they
/// agree again. For a whole silo, since a silo of Orleans 10.4 whose clock is set back activates no grain until the clock is where it was. Thread-safe.
/// </summary>
/// <param name="machine">The machine's clock and what measures durations on it.</param>
public sealed class ForwardClock(TimeProvider machine) : TimeProvider
{
    private const int Slowed = 2;

    // A reading is kept now and then and not each time: this may be asked a million times a second. Two readings are apart by less than this.
    private static readonly TimeSpan KeptApart = TimeSpan.FromMilliseconds(20);

    private Reading last = new(machine.GetUtcNow(), machine.GetTimestamp());

    public override long TimestampFrequency => machine.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => machine.LocalTimeZone;

    public override DateTimeOffset GetUtcNow()
    {
        var kept = Volatile.Read(ref last);
        var timestamp = machine.GetTimestamp();
        var least = kept.Time + (machine.GetElapsedTime(kept.Timestamp, timestamp) / Slowed);
        var now = machine.GetUtcNow();
        if (now < least)
        {
            return least;
        }

        if (now - least > KeptApart)
        {
            // Of two that are kept at once either will do.
            Interlocked.CompareExchange(ref last, new Reading(now, timestamp), kept);
        }

        return now;
    }

    public override long GetTimestamp() => machine.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        machine.CreateTimer(callback, state, dueTime, period);

    private sealed record Reading(DateTimeOffset Time, long Timestamp);
}
