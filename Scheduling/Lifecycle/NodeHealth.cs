namespace Aurora.Scheduling.Lifecycle;

/// <summary>
/// Whether a node may be trusted with work. A node that fails whatever it is given attracts all work, because it is always
/// free; a node that comes and goes takes its work down with it. Both are left alone for a while, then tried again.
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
    private int pauses;

    public static TimeSpan LossWindow { get; } = TimeSpan.FromMinutes(10);

    /// <summary>Until when the node gets no work; null while it does.</summary>
    public DateTimeOffset? QuarantinedUntil { get; private set; }

    public void Succeeded()
    {
        failedInARow.Clear();
        pauses = 0;
    }

    /// <summary>An attempt failed in a way that another node might not. True when the node is left alone from now on.</summary>
    public bool Failed(string taskId, DateTimeOffset now)
    {
        failedInARow.Add(taskId);
        return failedInARow.Count >= FailuresInARow && Quarantine(now);
    }

    /// <summary>The node was lost and its attempts with it. True when it is left alone from now on.</summary>
    public bool Lost(DateTimeOffset now)
    {
        losses.Enqueue(now);
        while (now - losses.Peek() > LossWindow)
        {
            losses.Dequeue();
        }

        return losses.Count >= LossesInWindow && Quarantine(now);
    }

    /// <summary>Ends a quarantine whose time is over, or that an operator lifts. The next failure in a row starts a longer one.</summary>
    public void Release() => QuarantinedUntil = null;

    private bool Quarantine(DateTimeOffset now)
    {
        if (QuarantinedUntil is not null)
        {
            return false;
        }

        var pause = FirstPause * Math.Pow(2, Math.Min(pauses, LastDoubling));
        pauses++;
        QuarantinedUntil = now + (pause < LastPause ? pause : LastPause);
        return true;
    }
}
