using Aurora.Grains.Interfaces.Events;

namespace Aurora.Grains.Events;

/// <summary>The newest events of one scheduler's epoch: adding costs one small object, and the oldest makes room.</summary>
/// <param name="epoch">The scheduler's, from 1.</param>
/// <param name="capacity">Events that are kept, from 1.</param>
internal sealed class EventLog(long epoch, int capacity)
{
    private readonly MeshEvent[] ring = new MeshEvent[capacity];
    private long last;

    private long OldestSequence => Math.Max(1, last - capacity + 1);

    public void Add(DateTimeOffset at, string kind, string? taskId = null, int attempt = 0, string? nodeId = null, string? detail = null)
    {
        last++;
        ring[last % capacity] = new MeshEvent(EventPosition.Of(epoch, last), at, kind, taskId, attempt, nodeId, detail);
    }

    /// <summary>The events after a position. One of another epoch, or one that this log never gave, is a gap.</summary>
    public EventPage Read(long after)
    {
        var sequence = EventPosition.SequenceOf(after);
        var isOurs = EventPosition.EpochOf(after) == epoch && sequence <= last;
        var hasGap = !isOurs || sequence + 1 < OldestSequence;
        var first = hasGap ? OldestSequence : sequence + 1;
        var count = (int)Math.Min(last - first + 1, EventPage.EventsMax);
        var events = new MeshEvent[count];
        for (var i = 0; i < count; i++)
        {
            events[i] = ring[(first + i) % capacity];
        }

        return Page(events, first + count - 1, hasGap);
    }

    /// <summary>The latest events, in order; only those of a task when it is named.</summary>
    public EventPage ReadLatest(int count, string? taskId)
    {
        var wanted = Math.Clamp(count, 0, EventPage.EventsMax);
        var events = new List<MeshEvent>(Math.Min(wanted, 64));
        for (var sequence = last; sequence >= OldestSequence && events.Count < wanted; sequence--)
        {
            var found = ring[sequence % capacity];
            if (taskId is null || found.TaskId == taskId)
            {
                events.Add(found);
            }
        }

        events.Reverse();
        return Page([.. events], last, hasGap: false);
    }

    private EventPage Page(MeshEvent[] events, long end, bool hasGap) =>
        new(events, EventPosition.Of(epoch, end), hasGap, EventPosition.Of(epoch, OldestSequence));
}
