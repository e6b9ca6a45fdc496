namespace Aurora.GatewayApi.Problems;

/// <summary>
/// What <c>Retry-After</c> says: the least that makes sense and a random part that grows with how many were just refused, so that those
/// who were refused together do not come back together.
/// </summary>
internal sealed class RefusalPace(TimeProvider time, Random random)
{
    /// <summary>Refused clients that may come back in one second.</summary>
    public const int PerSecond = 100;

    /// <summary>The random part at most, in seconds.</summary>
    public const int SpreadMax = 9;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private long windowSince = time.GetTimestamp();
    private int inWindow;
    private int inLastWindow;

    /// <summary>Whole seconds for one refused client, from <paramref name="least"/> to <see cref="SpreadMax"/> more.</summary>
    public int Next(int least)
    {
        lock (gate)
        {
            var elapsed = time.GetElapsedTime(windowSince);
            if (elapsed >= Window)
            {
                (inLastWindow, inWindow, windowSince) = (elapsed < 2 * Window ? inWindow : 0, 0, time.GetTimestamp());
            }

            inWindow++;
            var spread = Math.Clamp(Math.Max(inWindow, inLastWindow) / PerSecond, 1, SpreadMax);
            return least + random.Next(spread + 1);
        }
    }
}
