using System.Collections.Concurrent;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Events;

namespace Aurora.GatewayApi.Events;

/// <summary>
/// The mesh's events for all readers of this gateway. Readers at the same place share one question to the scheduler, so a
/// thousand open consoles cost it as much as one; a reader that falls behind asks on its own and is told what it missed.
/// </summary>
internal sealed class MeshEventFeed(IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);
    private readonly ConcurrentDictionary<long, Lazy<Task<EventPage?>>> asking = [];

    private IMeshEventsGrain Log => grains.GetGrain<IMeshEventsGrain>(MeshConstants.DefaultPool);

    public Task<EventPage> ReadLatestAsync(int count, string? taskId) => Log.ReadLatestAsync(count, taskId);

    /// <summary>
    /// What came after a position, a moment from now. Empty when nothing did; null when the mesh cannot be asked for now.
    /// </summary>
    public async Task<EventPage?> ReadNextAsync(long after, CancellationToken cancellation) =>
        await asking.GetOrAdd(after, static (position, feed) => new(() => feed.AskAsync(position)), this).Value.WaitAsync(cancellation);

    private async Task<EventPage?> AskAsync(long after)
    {
        try
        {
            await Task.Delay(Pace, time);
            return await Log.ReadAsync(after);
        }
        catch (Exception exception) when (ProblemMiddleware.IsUnavailable(exception))
        {
            return null;
        }
        finally
        {
            asking.TryRemove(after, out _);
        }
    }
}
