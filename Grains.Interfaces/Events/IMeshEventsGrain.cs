using Aurora.Grains.Interfaces.Nodes;
using Orleans.Concurrency;

namespace Aurora.Grains.Interfaces.Events;

/// <summary>
/// What happens in one pool, in order: the scheduler's own log, bounded and in memory. The key is the pool's name. Readers ask
/// again a few times a second, so that nothing is sent while nobody reads, and no call waits in the scheduler.
/// </summary>
[GrainInterfaceType("aurora.mesh-events")]
public interface IMeshEventsGrain : IGrainWithStringKey
{
    /// <summary>The events after a position, at most <see cref="EventPage.EventsMax"/>.</summary>
    Task<EventPage> ReadAsync(long after);

    /// <summary>
    /// The latest events, at most <paramref name="count"/> (0 to <see cref="EventPage.EventsMax"/>), of one task when
    /// <paramref name="taskId"/> names it.
    /// </summary>
    Task<EventPage> ReadLatestAsync(int count, string? taskId);

    /// <summary>Attempts that nodes began.</summary>
    [OneWay]
    Task AttemptsStartedAsync(AttemptStart[] started);
}

/// <summary>An attempt that a node began.</summary>
/// <param name="At">When, UTC.</param>
[GenerateSerializer, Immutable, Alias("aurora.attempt-start")]
public readonly record struct AttemptStart(
    [property: Id(0)] AttemptId Attempt,
    [property: Id(1)] string NodeId,
    [property: Id(2)] DateTimeOffset At);
