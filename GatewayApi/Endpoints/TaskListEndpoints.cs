using System.Text.Json;
using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Json;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Endpoints;

/// <summary>The documented listings. Neither shows a task's payload.</summary>
internal static class TaskListEndpoints
{
    private const int PageSize = 500;
    private const int CompletedMax = 100;

    public static void MapTaskLists(this IEndpointRouteBuilder tasks)
    {
        tasks.MapGet("/active", GetActiveAsync).WithMetadata(RouteScope.Read)
            .WithSummary("Every task that has not ended, as an object keyed by id.")
            .ProducesBody(AnswerSchemas.TasksById)
            .ProducesRefusals(503);
        tasks.MapGet("/completed", GetCompletedAsync).WithMetadata(RouteScope.Read)
            .WithSummary("The last 100 tasks that ended, oldest first.")
            .ProducesBody(AnswerSchemas.TaskList)
            .ProducesRefusals(503);
    }

    private static async Task GetActiveAsync(HttpContext context, IGrainFactory grains)
    {
        var query = grains.GetGrain<ITaskQueryGrain>(0);

        // The first page is read before anything is written, so that a store out of reach is still a 503.
        var page = await query.ListActiveAsync(null, PageSize);
        var body = context.Response.BodyWriter;
        context.Response.ContentType = JsonAnswer.MediaType;
        await using var writer = new Utf8JsonWriter(body, JsonAnswer.WriterOptions);
        writer.WriteStartObject();
        writer.WriteStartObject("tasks");
        while (true)
        {
            foreach (var task in page)
            {
                writer.WritePropertyName(task.TaskId);
                TaskJson.Write(writer, task);
            }

            if (page.Length < PageSize)
            {
                break;
            }

            writer.Flush();
            await body.FlushAsync(context.RequestAborted);
            page = await query.ListActiveAsync(page[^1].TaskId, PageSize);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static async Task GetCompletedAsync(HttpContext context, IGrainFactory grains)
    {
        var completed = await grains.GetGrain<ITaskQueryGrain>(0).ListCompletedAsync(CompletedMax);
        await JsonAnswer.WriteAsync(context, completed, static (writer, tasks) =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("tasks");
            foreach (var task in tasks)
            {
                TaskJson.Write(writer, task);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }
}
