using System.Globalization;
using System.Text.Json;
using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Json;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Endpoints;

/// <summary>Lists of tasks. None shows a task's payload.</summary>
internal static class TaskListEndpoints
{
    private const int PageSize = 500;
    private const int CompletedMax = 100;

    public static void MapTaskLists(this IEndpointRouteBuilder tasks)
    {
        tasks.MapGet("/active", GetActiveAsync).WithMetadata(RouteScope.Read)
            .WithSummary("Every task that has not ended, as an object keyed by id, oldest first; ?limit= and ?after= page through them.")
            .ProducesBody(AnswerSchemas.TasksById)
            .ProducesRefusals(422, 503);
        tasks.MapGet("", GetFilteredAsync).WithMetadata(RouteScope.Read)
            .WithSummary("The tasks of all the ?status=, ?type=, ?node=, ?tenant= and ?label= that are given, the latest first; ?limit= and ?cursor= (or an id as ?before=) page through them.")
            .ProducesBody(AnswerSchemas.TaskPage)
            .ProducesRefusals(422, 503);
        tasks.MapGet("/completed", GetCompletedAsync).WithMetadata(RouteScope.Read)
            .WithSummary("The last 100 tasks that ended, oldest first.")
            .ProducesBody(AnswerSchemas.TaskList)
            .ProducesRefusals(503);
    }

    private static async Task GetActiveAsync(HttpContext context, IGrainFactory grains)
    {
        var left = int.MaxValue;
        if (context.Request.Query["limit"] is [{ } text]
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out left) || left < 1))
        {
            await Problem.Invalid("limit", "must be an integer of 1 or more").ExecuteAsync(context);
            return;
        }

        var query = grains.GetGrain<ITaskQueryGrain>(0);

        // The first page is read before anything is written, so that a store out of reach is still a 503.
        var after = context.Request.Query["after"] is [{ Length: > 0 } id] ? id : null;
        var page = await query.ListActiveAsync(after, Math.Min(left, PageSize));
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

            left -= page.Length;
            if (page.Length < PageSize || left == 0)
            {
                break;
            }

            writer.Flush();
            await body.FlushAsync(context.RequestAborted);
            page = await query.ListActiveAsync(page[^1].TaskId, Math.Min(left, PageSize));
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static async Task GetFilteredAsync(HttpContext context, IGrainFactory grains)
    {
        var query = TaskListQuery.Read(context.Request.Query, out var errors);
        if (query is null)
        {
            await Problem.Invalid(errors).ExecuteAsync(context);
            return;
        }

        var page = await grains.GetGrain<ITaskQueryGrain>(0).ListAsync(query.Filter, query.Cursor, query.Limit);
        await JsonAnswer.WriteAsync(context, page, static (writer, page) =>
        {
            writer.WriteStartObject();
            WriteTasks(writer, page.Tasks);
            writer.WriteString("next_cursor", page.Next);
            writer.WriteEndObject();
        });
    }

    private static async Task GetCompletedAsync(HttpContext context, IGrainFactory grains)
    {
        var ended = await grains.GetGrain<ITaskQueryGrain>(0).ListCompletedAsync(CompletedMax);
        await JsonAnswer.WriteAsync(context, ended, static (writer, tasks) =>
        {
            writer.WriteStartObject();
            WriteTasks(writer, tasks);
            writer.WriteEndObject();
        });
    }

    private static void WriteTasks(Utf8JsonWriter writer, TaskView[] tasks)
    {
        writer.WriteStartArray("tasks");
        foreach (var task in tasks)
        {
            TaskJson.Write(writer, task);
        }

        writer.WriteEndArray();
    }
}
