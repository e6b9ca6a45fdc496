using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Endpoints;
using Aurora.GatewayApi.Observability;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces.Output;
using Aurora.Grains.Interfaces.Tasks;
using Microsoft.AspNetCore.Http.Features;

namespace Aurora.GatewayApi.Logs;

/// <summary><c>GET /tasks/{id}/logs</c>: what a task writes, as plain text or as events.</summary>
internal static class LogEndpoint
{
    // Shorter than the idle limits of common proxies, most of which are a minute.
    private static readonly TimeSpan KeepAliveInterval = TimeSpan.FromSeconds(15);

    public static void MapLogs(this IEndpointRouteBuilder tasks) =>
        tasks.MapGet("/{task_id}/logs", GetAsync).WithMetadata(RouteScope.Read)
            .WithSummary("What a task wrote; with ?follow=true also what it writes until it has ended, ?from=0 from a position on, ?stream=stdout or ?stream=stderr one of the two. Plain text, or events for Accept: text/event-stream.")
            .Produces<string>(StatusCodes.Status200OK, "text/plain", "text/event-stream")
            .ProducesRefusals(404, 422, 503);

    private static async Task GetAsync(
        HttpContext context, IGrainFactory grains, TaskLogReader logs, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        var (query, problem) = LogQuery.Parse(context.Request);
        if (!TaskRoute.TryGetId(context, out var taskId) || (problem is null && await grains.GetGrain<ITaskGrain>(taskId).GetAsync() is null))
        {
            problem = Problem.NoTask(taskId);
        }

        if (problem is not null || query is null)
        {
            await problem!.ExecuteAsync(context);
            return;
        }

        if (query.Follow)
        {
            context.MarkLongLived();
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        LogWriter writer = query.AsEvents ? new LogEvents(context.Response.BodyWriter) : new LogText(context.Response.BodyWriter);
        Start(context, writer.MediaType);
        try
        {
            await CopyAsync(logs.ReadAsync(taskId, query.From, query.Follow, ending.Token), query, writer, time, ending.Token);
            await writer.EndAsync((await grains.GetGrain<ITaskGrain>(taskId).GetAsync())?.Status ?? "unknown", ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The reader is gone, or this gateway goes: the connection ends without the end mark, and whoever follows comes again.
            context.RequestAborted.ThrowIfCancellationRequested();
            context.Abort();
        }
    }

    private static void Start(HttpContext context, string mediaType)
    {
        var response = context.Response;
        response.ContentType = mediaType;
        response.Headers.CacheControl = "no-cache";
        response.Headers.XContentTypeOptions = "nosniff";

        // For nginx and its like, which would otherwise gather the lines.
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    private static async Task CopyAsync(
        IAsyncEnumerable<OutputItem> items, LogQuery query, LogWriter writer, TimeProvider time, CancellationToken cancellation)
    {
        await using var reading = items.GetAsyncEnumerator(cancellation);
        await writer.KeepAliveAsync(cancellation);
        while (true)
        {
            var next = reading.MoveNextAsync().AsTask();
            while (!next.IsCompleted)
            {
                using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                if (await Task.WhenAny(next, Task.Delay(KeepAliveInterval, time, silence.Token)) != next)
                {
                    await writer.KeepAliveAsync(cancellation);
                }

                await silence.CancelAsync();
            }

            if (!await next)
            {
                return;
            }

            if (query.Wants(reading.Current.Kind))
            {
                await writer.WriteAsync(reading.Current, cancellation);
            }
        }
    }
}
