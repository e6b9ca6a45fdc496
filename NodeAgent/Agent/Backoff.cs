namespace Aurora.NodeAgent.Agent;

/// <summary>
/// Full jitter: each wait is uniform between zero and a cap that doubles from 0.2 s to 10 s, so that a thousand agents whose
/// mesh comes back do not return in one moment.
/// </summary>
internal sealed class Backoff(Random random)
{
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    public static readonly TimeSpan Cap = TimeSpan.FromSeconds(10);

    private int failures;

    public TimeSpan Next()
    {
        var cap = Math.Min(Cap.TotalMilliseconds, First.TotalMilliseconds * Math.Pow(2, failures));
        failures = Math.Min(failures + 1, 30);
        return TimeSpan.FromMilliseconds(random.NextDouble() * cap);
    }

    public void Reset() => failures = 0;
}
