using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Endpoints;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces.Events;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Events;

/// <summary>What happens in the mesh, and to one task, as server-sent events.</summary>
internal static class EventEndpoints
{
    public static void MapEvents(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/mesh/events", GetMeshAsync).WithTags("Mesh").WithMetadata(RouteScope.Read)
            .WithSummary("What happens in the mesh, as it happens. Resumes after Last-Event-ID, through any gateway.")
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .ProducesRefusals(422, 503);
        routes.MapGet("/tasks/{task_id}/events", GetTaskAsync).WithTags("Tasks").WithMetadata(RouteScope.Read)
            .WithSummary("What happened and happens to a task, until it has ended. Resumes after Last-Event-ID, through any gateway.")
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .ProducesRefusals(404, 422, 503);
    }

    private static async Task GetMeshAsync(HttpContext context, MeshEventFeed feed, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        var (query, problem) = EventQuery.Parse(context.Request);
        if (query is null)
        {
            await problem!.ExecuteAsync(context);
            return;
        }

        // Asked before the answer begins: a mesh that is away is a status, not an empty stream.
        var latest = await feed.ReadLatestAsync(query.Recent, taskId: null);
        await RunAsync(context, lifetime, async ending =>
        {
            var writer = new EventWriter(context, time);
            await writer.StartAsync();
            if (query.After is null)
            {
                WriteAll(writer, latest, query);
                await writer.FlushAsync();
            }

            var after = query.After ?? latest.Next;
            while (true)
            {
                if (await feed.ReadNextAsync(after, ending) is { } page)
                {
                    if (page.HasGap)
                    {
                        writer.Gap();
                    }

                    if (page.Next != after)
                    {
                        WriteAll(writer, page, query);
                    }

                    after = page.Next;
                }

                await writer.FlushAsync();
            }
        });
    }

    private static async Task GetTaskAsync(
        HttpContext context, IGrainFactory grains, MeshEventFeed feed, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        var (query, problem) = EventQuery.Parse(context.Request);
        if (!TaskRoute.TryGetId(context, out var taskId) || (problem is null && await grains.GetGrain<ITaskGrain>(taskId).GetAsync() is null))
        {
            problem = Problem.NoTask(taskId);
        }

        if (problem is not null || query is null)
        {
            await problem!.ExecuteAsync(context);
            return;
        }

        await RunAsync(context, lifetime, async ending =>
        {
            var stream = new TaskEventStream(taskId, grains, feed, new EventWriter(context, time), time);
            await stream.CopyAsync(query.After, ending);
        });
    }

    private static void WriteAll(EventWriter writer, EventPage page, EventQuery query)
    {
        foreach (var happened in page.Events.Where(query.Wants))
        {
            writer.Write(happened);
        }

        if (page.Events is not [.., var last] || last.Position != page.Next || !query.Wants(last))
        {
            writer.Position(page.Next);
        }
    }

    private static async Task RunAsync(HttpContext context, IHostApplicationLifetime lifetime, Func<CancellationToken, Task> copy)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await copy(ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The reader is gone, or this gateway goes: the stream ends without an end mark, and whoever follows comes again.
            context.RequestAborted.ThrowIfCancellationRequested();
            context.Abort();
        }
    }
}
