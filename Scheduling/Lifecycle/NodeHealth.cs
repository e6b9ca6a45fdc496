namespace Aurora.Scheduling.Lifecycle;

/// <summary>
/// Whether a node may be trusted with work. A node that fails whatever it is given attracts all work, because it is always
/// free; a node that comes and goes takes its work down with it. Both are left alone for a while, then tried with one task at a time
/// until one goes well.
/// </summary>
public sealed class NodeHealth
{
    /// <summary>Tasks that fail one after the other, with no success between them, before a node is left alone.</summary>
    public const int FailuresInARow = 5;

    /// <summary>Losses of the node within <see cref="LossWindow"/> before it is left alone.</summary>
    public const int LossesInWindow = 5;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LastPause = TimeSpan.FromHours(1);
    private const int LastDoubling = 6;

    private readonly HashSet<string> failedInARow = new(StringComparer.Ordinal);
    private readonly Queue<DateTimeOffset> losses = new();
    private DateTimeOffset trialEnds;

    public static TimeSpan LossWindow { get; } = TimeSpan.FromMinutes(10);

    /// <summary>A trial that nothing ended by then went well: its task may be a long one.</summary>
    public static TimeSpan TrialFor { get; } = TimeSpan.FromMinutes(10);

    /// <summary>Quarantines since the last success; each is longer than the one before.</summary>
    public int Quarantines { get; private set; }

    /// <summary>Whether it is tried with one task at a time: the next failure or loss starts a longer quarantine.</summary>
    public bool IsOnTrial { get; private set; }

    /// <summary>Until when the node gets no work; null while it does.</summary>
    public DateTimeOffset? QuarantinedUntil { get; private set; }

    /// <summary>An attempt completed. True when the node was doubted until now.</summary>
    public bool Succeeded()
    {
        failedInARow.Clear();
        var wasDoubted = IsOnTrial || Quarantines > 0;
        IsOnTrial = false;
        Quarantines = 0;
        return wasDoubted;
    }

    /// <summary>An attempt failed in a way that another node might not. True when the node is left alone from now on.</summary>
    public bool Failed(string taskId, DateTimeOffset now)
    {
        failedInARow.Add(taskId);
        return (IsOnTrial || failedInARow.Count >= FailuresInARow) && Quarantine(now);
    }

    /// <summary>The node was lost and its attempts with it. True when it is left alone from now on.</summary>
    public bool Lost(DateTimeOffset now)
    {
        losses.Enqueue(now);
        while (now - losses.Peek() > LossWindow)
        {
            losses.Dequeue();
        }

        return (IsOnTrial || losses.Count >= LossesInWindow) && Quarantine(now);
    }

    /// <summary>An operator trusts the node again: it gets work as before. The next failure in a row starts a longer quarantine.</summary>
    public void Lift()
    {
        QuarantinedUntil = null;
        IsOnTrial = false;
    }

    /// <summary>Goes on to what the time says: from a quarantine that is over to a trial, and from a trial that was long enough to trust. True when it changed.</summary>
    public bool Advance(DateTimeOffset now)
    {
        if (QuarantinedUntil <= now)
        {
            QuarantinedUntil = null;
            Try(now);
            return true;
        }

        if (IsOnTrial && trialEnds <= now)
        {
            IsOnTrial = false;
            return true;
        }

        return false;
    }

    /// <summary>Takes up what an earlier scheduler knew of the node, whose clock may have been ahead: no quarantine is longer than the longest.</summary>
    public void Restore(DateTimeOffset? quarantinedUntil, int quarantines, DateTimeOffset now)
    {
        Quarantines = quarantines;
        if (quarantinedUntil > now)
        {
            QuarantinedUntil = quarantinedUntil < now + LastPause ? quarantinedUntil : now + LastPause;
        }
        else if (quarantines > 0)
        {
            Try(now);
        }
    }

    private void Try(DateTimeOffset now)
    {
        IsOnTrial = true;
        trialEnds = now + TrialFor;
    }

    private bool Quarantine(DateTimeOffset now)
    {
        if (QuarantinedUntil is not null)
        {
            return false;
        }

        var pause = FirstPause * Math.Pow(2, Math.Min(Quarantines, LastDoubling));
        Quarantines++;
        IsOnTrial = false;
        QuarantinedUntil = now + (pause < LastPause ? pause : LastPause);
        return true;
    }
}
