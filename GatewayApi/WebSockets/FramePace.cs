namespace Aurora.GatewayApi.WebSockets;

/// <summary>
/// How fast a node may say what brings its tasks no further: a token bucket. Reports and output do not count, they wait for their own
/// commit. Who is faster is read more slowly, and who stays so is sent away.
/// </summary>
internal sealed class FramePace(TimeProvider time)
{
    /// <summary>Frames a second; a node that speaks as documented sends two or three.</summary>
    public const int PerSecond = 100;

    /// <summary>Frames that may come at once.</summary>
    public const int Burst = 1_000;

    /// <summary>How long a node may be held back without a pause before it counts as one that floods.</summary>
    public static readonly TimeSpan PatienceMax = TimeSpan.FromSeconds(30);

    private double tokens = Burst;
    private long refilledAt = time.GetTimestamp();
    private long? heldBackSince;

    /// <summary>How long to wait before the next frame is read; null when the node floods.</summary>
    public TimeSpan? Take()
    {
        var now = time.GetTimestamp();
        tokens = Math.Min(Burst, tokens + (time.GetElapsedTime(refilledAt, now).TotalSeconds * PerSecond)) - 1;
        refilledAt = now;
        if (tokens >= Burst / 2)
        {
            heldBackSince = null;
        }

        if (tokens >= 0)
        {
            return TimeSpan.Zero;
        }

        heldBackSince ??= now;
        return time.GetElapsedTime(heldBackSince.Value, now) > PatienceMax ? null : TimeSpan.FromSeconds(-tokens / PerSecond);
    }
}
