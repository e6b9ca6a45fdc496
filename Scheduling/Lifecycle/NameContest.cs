namespace Aurora.Scheduling.Lifecycle;

/// <summary>
/// Two machines under one name that take it from each other. The newest registration wins, as the protocol says, until that happened
/// <see cref="ReplacementsMax"/> times in quick succession; from then on who holds the name and is heard keeps it, as long as the
/// other goes on asking.
/// </summary>
public sealed class NameContest
{
    /// <summary>Replacements of a living holder before the next one is refused.</summary>
    public const int ReplacementsMax = 3;

    /// <summary>Without a challenge for this long, what was is forgotten.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(60);

    /// <summary>What a refused newcomer is asked to wait.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);

    private int replacements;
    private DateTimeOffset? lastChallenge;

    /// <summary>Somebody asks for the name of a holder that is alive. Null: it may have it. Otherwise how long it should wait.</summary>
    public TimeSpan? Challenge(DateTimeOffset now)
    {
        if (lastChallenge is { } last && (now - last).Duration() > Quiet)
        {
            replacements = 0;
        }

        lastChallenge = now;
        if (replacements == ReplacementsMax)
        {
            return Wait;
        }

        replacements++;
        return null;
    }

    /// <summary>The holder is gone: the name is free.</summary>
    public void Freed() => (replacements, lastChallenge) = (0, null);
}
