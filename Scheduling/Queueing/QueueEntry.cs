using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Queueing;

/// <summary>
/// One waiting task in the line of its shape. A task that has several shapes stands in the line of each. Most exist only while they are
/// looked at, so two of one row are equal without being the same.
/// </summary>
internal sealed class QueueEntry(PendingTask task, QueueKey key, WaitingLine line, int row)
{
    public PendingTask Task { get; } = task;

    public QueueKey Key { get; } = key;

    public WaitingLine Line { get; } = line;

    /// <summary>The number of its row.</summary>
    public int Row { get; } = row;

    /// <summary>This task's entries in the lines of its shapes, the preferred first; null for a task with one shape.</summary>
    public QueueEntry[]? Places { get; set; }

    /// <summary>Whether this is the entry that counts when tasks are counted.</summary>
    public bool StandsForTask => Places is null || ReferenceEquals(Places[0], this);

    public bool GoesBefore(QueueEntry other) => Key.CompareTo(other.Key) < 0;

    /// <summary>The one that goes first; null only when both are.</summary>
    public static QueueEntry? Earlier(QueueEntry? one, QueueEntry? other) =>
        one is null || (other is not null && other.GoesBefore(one)) ? other : one;
}
