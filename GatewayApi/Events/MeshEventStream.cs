using Aurora.GatewayApi.Submissions;
using Aurora.Grains.Interfaces.Events;

namespace Aurora.GatewayApi.Events;

/// <summary>The events of all pools as one stream: in order within a pool, and by time among those that are read together.</summary>
internal sealed class MeshEventStream(EventQuery query, MeshEventFeed feed, PoolCatalog pools)
{
    private readonly EventPlaces places = new();
    private readonly List<(string Pool, EventPage Page)> recent = [];

    /// <summary>Asks every pool where it is.</summary>
    public async Task OpenAsync()
    {
        foreach (var pool in await pools.ListAsync())
        {
            var page = await feed.ReadLatestAsync(pool, query.Recent, taskId: null);
            recent.Add((pool, page));
            places[pool] = query.After is not null
                ? query.After[pool] ?? page.Next
                : page.Events is [var first, ..] ? first.Position - 1 : page.Next;
        }
    }

    /// <summary>Writes what happens until the reader is gone.</summary>
    public async Task CopyAsync(EventWriter writer, CancellationToken ending)
    {
        await writer.StartAsync();
        if (query.After is null)
        {
            Write(writer, recent);
            await writer.FlushAsync();
        }

        while (true)
        {
            var pages = await Task.WhenAll((await TakeUpNewPoolsAsync()).Select(async pool =>
                (Pool: pool, Page: await feed.ReadNextAsync(pool, places[pool]!.Value, ending))));
            (string Pool, EventPage Page)[] news = [.. pages.Where(each => each.Page is not null && each.Page.Next != places[each.Pool]).Select(each => (each.Pool, each.Page!))];
            if (pages.Any(each => each.Page is { HasGap: true }))
            {
                writer.Gap();
            }

            if (news.Length > 0)
            {
                Write(writer, news);
            }

            await writer.FlushAsync();
        }
    }

    /// <summary>A pool that began since is read from its beginning.</summary>
    private async Task<IReadOnlyList<string>> TakeUpNewPoolsAsync()
    {
        var all = await pools.ListAsync();
        foreach (var pool in all)
        {
            places[pool] ??= (await feed.ReadLatestAsync(pool, 0, taskId: null)).Oldest - 1;
        }

        return all;
    }

    private void Write(EventWriter writer, IReadOnlyList<(string Pool, EventPage Page)> pages)
    {
        var isResumable = false;
        foreach (var (pool, happened) in pages.SelectMany(each => each.Page.Events.Select(happened => (each.Pool, happened))).OrderBy(each => each.happened.At))
        {
            places[pool] = happened.Position;
            isResumable = query.Wants(happened);
            if (isResumable)
            {
                writer.Write(happened, places.ToString());
            }
        }

        foreach (var (pool, page) in pages)
        {
            isResumable &= places[pool] == page.Next;
            places[pool] = page.Next;
        }

        if (!isResumable)
        {
            writer.Position(places.ToString());
        }
    }
}
