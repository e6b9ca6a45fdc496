using System.Collections.Concurrent;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces.Events;

namespace Aurora.GatewayApi.Events;

/// <summary>
/// The events of each pool for all readers of this gateway. Readers at the same place share one question to the scheduler, so a
/// thousand open consoles cost it as much as one; a reader that falls behind asks on its own and is told what it missed.
/// </summary>
internal sealed class MeshEventFeed(IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);
    private readonly ConcurrentDictionary<(string Pool, long Position), Lazy<Task<EventPage?>>> asking = [];

    public Task<EventPage> ReadLatestAsync(string pool, int count, string? taskId) => Log(pool).ReadLatestAsync(count, taskId);

    /// <summary>
    /// What came after a position, a moment from now. Empty when nothing did; null when the mesh cannot be asked for now.
    /// </summary>
    public async Task<EventPage?> ReadNextAsync(string pool, long after, CancellationToken cancellation) =>
        await asking.GetOrAdd((pool, after), static (place, feed) => new(() => feed.AskAsync(place)), this).Value.WaitAsync(cancellation);

    private IMeshEventsGrain Log(string pool) => grains.GetGrain<IMeshEventsGrain>(pool);

    private async Task<EventPage?> AskAsync((string Pool, long Position) place)
    {
        try
        {
            await Task.Delay(Pace, time);
            return await Log(place.Pool).ReadAsync(place.Position);
        }
        catch (Exception exception) when (ProblemMiddleware.IsUnavailable(exception))
        {
            return null;
        }
        finally
        {
            asking.TryRemove(place, out _);
        }
    }
}
