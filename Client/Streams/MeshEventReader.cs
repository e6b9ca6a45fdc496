using System.Runtime.CompilerServices;
using Aurora.Grains.Interfaces.Events;
using Aurora.Grains.Interfaces.Schedulers;
using MeshEvent = Aurora.Client.Abstractions.Views.MeshEvent;

namespace Aurora.Client.Streams;

/// <summary>The events of all pools as one stream: in order within a pool, and by time among those that are read together.</summary>
internal sealed class MeshEventReader(IGrainFactory grains, GrainCalls calls, TimeProvider time)
{
    private readonly EventPlaces places = new();

    public async IAsyncEnumerable<MeshEvent> ReadAsync(int recent, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = EventMapping.Places(after);
        var pages = new List<(string Pool, EventPage Page)>();
        foreach (var pool in await ListPoolsAsync(cancellationToken))
        {
            var page = await ReadLatestAsync(pool, recent, cancellationToken);
            pages.Add((pool, page));
            places[pool] = seen is not null ? seen[pool] ?? page.Next : page.Events is [var first, ..] ? first.Position - 1 : page.Next;
        }

        foreach (var happened in seen is null ? Take(pages) : [])
        {
            yield return happened;
        }

        while (true)
        {
            await Task.Delay(TaskEventReader.Pace, time, cancellationToken);
            pages.Clear();
            foreach (var pool in await ListPoolsAsync(cancellationToken))
            {
                // A pool that began since is read from its beginning.
                var place = places[pool] ?? (await ReadLatestAsync(pool, 0, cancellationToken)).Oldest - 1;
                pages.Add((pool, await calls.RunAsync(() => grains.GetGrain<IMeshEventsGrain>(pool).ReadAsync(place), cancellationToken)));
            }

            if (pages.Exists(each => each.Page.HasGap))
            {
                yield return EventMapping.Gap(time.GetUtcNow());
            }

            foreach (var happened in Take(pages))
            {
                yield return happened;
            }
        }
    }

    private Task<EventPage> ReadLatestAsync(string pool, int count, CancellationToken cancellationToken) =>
        calls.RunAsync(() => grains.GetGrain<IMeshEventsGrain>(pool).ReadLatestAsync(count, taskId: null), cancellationToken);

    private Task<string[]> ListPoolsAsync(CancellationToken cancellationToken) =>
        calls.RunAsync(() => grains.GetGrain<IMeshGrain>(0).GetPoolsAsync(), cancellationToken);

    private List<MeshEvent> Take(List<(string Pool, EventPage Page)> pages)
    {
        var taken = new List<MeshEvent>();
        foreach (var (pool, happened) in pages.SelectMany(each => each.Page.Events.Select(happened => (each.Pool, Happened: happened))).OrderBy(each => each.Happened.At))
        {
            places[pool] = happened.Position;
            taken.Add(EventMapping.View(happened, places.ToString()));
        }

        foreach (var (pool, page) in pages)
        {
            places[pool] = page.Next;
        }

        return taken;
    }
}
