namespace Aurora.Grains;

/// <summary>
/// Decides whether calls go out at once or gather for a moment. Few go at once; when more than <paramref name="callsAtOnce"/> went out
/// within <paramref name="window"/>, what comes next waits until the window is over, so that in a flood a call carries several. The flood is
/// over when what a window had to carry, <see cref="ItemsMax"/> counted of a call at most, would have gone at once: few calls that carry much
/// gain nothing by a wait. A network card moderates its interrupts alike.
/// </summary>
/// <param name="window">The longest that anything waits here.</param>
/// <param name="callsAtOnce">Calls that go out at once in one window.</param>
internal sealed class CallPace(TimeProvider time, TimeSpan window, int callsAtOnce)
{
    /// <summary>Of what a call carries so much counts.</summary>
    public const int ItemsMax = 8;

    private long windowStart = time.GetTimestamp();
    private int calls;
    private int items;
    private bool flooded;

    /// <summary>Whether what comes now gathers.</summary>
    public bool IsFlooded => (flooded || calls > callsAtOnce) && time.GetElapsedTime(windowStart) < 2 * window;

    /// <summary>How long the next calls wait, at most a window; zero where they go at once.</summary>
    public TimeSpan Wait()
    {
        var elapsed = time.GetElapsedTime(windowStart);
        if (elapsed >= window)
        {
            flooded = (flooded ? items : calls) > callsAtOnce && elapsed < 2 * window;
            (calls, items) = (0, 0);
            windowStart = time.GetTimestamp();
            elapsed = TimeSpan.Zero;
        }

        return flooded || calls > callsAtOnce ? window - elapsed : TimeSpan.Zero;
    }

    /// <summary>Counts calls that went out, and what they carried.</summary>
    public void Sent(int callCount, int itemCount)
    {
        calls += callCount;
        items += Math.Min(itemCount, ItemsMax * callCount);
    }
}
