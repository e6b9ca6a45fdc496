namespace Aurora.Scheduling.Lifecycle;

/// <summary>The right of one holder to act until a time, under a fencing token.</summary>
/// <param name="Token">Grows with each grant; whoever names a smaller one has been superseded.</param>
/// <param name="ExpiresAt">The first moment at which it is not held any more.</param>
public readonly record struct Lease(long Token, DateTimeOffset ExpiresAt)
{
    /// <summary>The next lease after <paramref name="previousToken"/>.</summary>
    public static Lease Grant(long previousToken, DateTimeOffset now, TimeSpan duration) =>
        new(previousToken + 1, now + duration);

    /// <summary>Whether the holder of <paramref name="token"/> may act.</summary>
    public bool IsHeld(long token, DateTimeOffset now) => token == Token && now < ExpiresAt;

    /// <summary>The lease after a sign of life. It never gets shorter, and one that has expired stays so.</summary>
    public Lease Renew(DateTimeOffset now, TimeSpan duration) =>
        now < ExpiresAt && now + duration > ExpiresAt ? this with { ExpiresAt = now + duration } : this;
}
