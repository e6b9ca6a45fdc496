namespace Aurora.Client.Abstractions;

/// <summary>
/// A token bucket that keeps the repeats of a process from becoming a storm. A repeat takes a token, and gets it back when it is
/// answered; while the mesh answers nobody, no more than <see cref="TokensMax"/> repeats and a trickle are sent, however many calls
/// wait. The shape is that of the retry quota of the AWS SDKs' standard mode.
/// </summary>
internal sealed class RetryBudget(TimeProvider time)
{
    /// <summary>Repeats that may fail in a row.</summary>
    public const int TokensMax = 100;

    /// <summary>What a call that is answered at once adds: one repeat for five of them.</summary>
    public const double PerAnswer = 0.2;

    /// <summary>Tokens a second, so that somebody goes on asking.</summary>
    public const double PerSecond = 1;

    private readonly Lock gate = new();
    private double tokens = TokensMax;
    private long filledAt = time.GetTimestamp();

    /// <summary>Whether a repeat may be sent now.</summary>
    public bool TryTake()
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            tokens = Math.Min(TokensMax, tokens + (PerSecond * time.GetElapsedTime(filledAt, now).TotalSeconds));
            filledAt = now;
            if (tokens < 1)
            {
                return false;
            }

            tokens--;
            return true;
        }
    }

    /// <summary>The mesh served a call.</summary>
    public void Answered(bool wasRepeat)
    {
        lock (gate)
        {
            tokens = Math.Min(TokensMax, tokens + (wasRepeat ? 1 : PerAnswer));
        }
    }
}
