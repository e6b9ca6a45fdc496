using System.Globalization;
using System.Text.Json;
using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Json;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Endpoints;

/// <summary>
/// <c>GET /tasks/dead</c>: tasks that failed for good, the latest first. <c>POST /tasks/{id}/retry</c> gives one another chance.
/// </summary>
internal static class DeadLetterEndpoint
{
    private const int LimitDefault = 100;
    private const int LimitMax = 1_000;

    public static void MapDeadLetters(this IEndpointRouteBuilder tasks) =>
        tasks.MapGet("/dead", ListAsync).WithMetadata(RouteScope.Read)
            .WithSummary("Tasks that failed, the latest first; ?limit= and ?cursor= page through them.")
            .ProducesBody(AnswerSchemas.TaskPage)
            .ProducesRefusals(422, 503);

    private static async Task ListAsync(HttpContext context, IGrainFactory grains)
    {
        var limit = LimitDefault;
        if (context.Request.Query["limit"] is [{ } text]
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > LimitMax))
        {
            await Problem.Invalid("limit", $"must be an integer from 1 to {LimitMax}").ExecuteAsync(context);
            return;
        }

        TaskView? before = null;
        if (context.Request.Query["cursor"] is [{ Length: > 0 } cursor])
        {
            before = await grains.GetGrain<ITaskGrain>(cursor).GetAsync();
            if (before?.CompletedAt is null)
            {
                await Problem.Invalid("cursor", "must be the next_cursor of an earlier answer").ExecuteAsync(context);
                return;
            }
        }

        var failed = await grains.GetGrain<ITaskQueryGrain>(0).ListFailedAsync(before, limit);
        await JsonAnswer.WriteAsync(context, (failed, limit), Write);
    }

    private static void Write(Utf8JsonWriter writer, (TaskView[] Tasks, int Limit) page)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("tasks");
        foreach (var task in page.Tasks)
        {
            TaskJson.Write(writer, task);
        }

        writer.WriteEndArray();
        writer.WriteString("next_cursor", page.Tasks.Length == page.Limit ? page.Tasks[^1].TaskId : null);
        writer.WriteEndObject();
    }
}
