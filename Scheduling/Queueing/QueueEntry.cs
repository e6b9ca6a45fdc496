using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Queueing;

/// <summary>One waiting task and where it stands.</summary>
internal sealed class QueueEntry(PendingTask task, QueueKey key, WaitingLine line)
{
    public PendingTask Task { get; } = task;

    public QueueKey Key { get; } = key;

    public WaitingLine Line { get; } = line;

    /// <summary>Index in the line's heap, kept by the line.</summary>
    public int Position { get; set; }

    public bool GoesBefore(QueueEntry other) => Key.CompareTo(other.Key) < 0;

    /// <summary>The one that goes first; null only when both are.</summary>
    public static QueueEntry? Earlier(QueueEntry? one, QueueEntry? other) =>
        one is null || (other is not null && other.GoesBefore(one)) ? other : one;
}
