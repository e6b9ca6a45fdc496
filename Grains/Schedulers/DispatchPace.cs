namespace Aurora.Grains.Schedulers;

/// <summary>
/// Decides whether assignments go out at once or gather for a moment. Few calls to nodes go at once; when more than
/// <see cref="CallsAtOnce"/> went out within <see cref="Window"/>, what comes next waits until the window is over, so that a
/// flood of single tasks over many nodes costs a call for several of them. A network card moderates its interrupts alike.
/// </summary>
internal sealed class DispatchPace(TimeProvider time)
{
    /// <summary>The longest that an assignment waits here: inside the 50 ms that a dispatch may take.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMilliseconds(30);

    /// <summary>Calls that go out at once in one window; 2,000 a second.</summary>
    public const int CallsAtOnce = 60;

    private long windowStart = time.GetTimestamp();
    private int calls;
    private bool flooded;

    /// <summary>How long the next calls wait, at most a <see cref="Window"/>; zero where they go at once.</summary>
    public TimeSpan Wait()
    {
        var elapsed = time.GetElapsedTime(windowStart);
        if (elapsed >= Window)
        {
            flooded = calls > CallsAtOnce && elapsed < 2 * Window;
            calls = 0;
            windowStart = time.GetTimestamp();
            elapsed = TimeSpan.Zero;
        }

        return flooded || calls > CallsAtOnce ? Window - elapsed : TimeSpan.Zero;
    }

    /// <summary>Counts calls that went out.</summary>
    public void Sent(int count) => calls += count;
}
