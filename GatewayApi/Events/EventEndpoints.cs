using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Endpoints;
using Aurora.GatewayApi.Observability;
using Aurora.GatewayApi.Problems;
using Aurora.GatewayApi.Submissions;
using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Events;

/// <summary>What happens in the mesh, and to one task, as server-sent events.</summary>
internal static class EventEndpoints
{
    public static void MapEvents(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/mesh/events", GetMeshAsync).WithTags("Mesh").WithMetadata(RouteScope.Read)
            .WithSummary("What happens in the mesh, as it happens, after the last ?recent= events; ?about=tasks or ?about=nodes only those. Resumes after Last-Event-ID, through any gateway.")
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .ProducesRefusals(422, 503);
        routes.MapGet("/tasks/{task_id}/events", GetTaskAsync).WithTags("Tasks").WithMetadata(RouteScope.Read)
            .WithSummary("What happened and happens to a task, until it has ended. Resumes after Last-Event-ID, through any gateway.")
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .ProducesRefusals(404, 422, 503);
    }

    private static async Task GetMeshAsync(HttpContext context, MeshEventFeed feed, PoolCatalog pools, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        var (query, problem) = EventQuery.Parse(context.Request);
        if (query is null)
        {
            await problem!.ExecuteAsync(context);
            return;
        }

        var stream = new MeshEventStream(query, feed, pools);

        // Asked before the answer begins: a mesh that is away is a status, not an empty stream.
        await stream.OpenAsync();
        await RunAsync(context, lifetime, ending => stream.CopyAsync(new EventWriter(context, time), ending));
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
            await stream.CopyAsync(query.After?[MeshConstants.DefaultPool], ending);
        });
    }

    private static async Task RunAsync(HttpContext context, IHostApplicationLifetime lifetime, Func<CancellationToken, Task> copy)
    {
        context.MarkLongLived();
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
