using System.Buffers;
using System.Text.Json;
using Aurora.GatewayApi.Json;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Groups;

/// <summary>The results of a group as lines of JSON, in order, page by page: no group is too large to be read.</summary>
internal static class GroupResults
{
    public const string MediaType = "application/x-ndjson";

    public static readonly string[] Statuses = ["queued", "assigned", "running", "completed", "failed", "cancelled"];

    /// <summary>Absent is null and means every status.</summary>
    public static bool TryParseStatus(string? text, out string? status)
    {
        status = string.IsNullOrEmpty(text) ? null : text;
        return status is null || Statuses.Contains(status);
    }

    public static async Task WriteAsync(HttpContext context, IAsyncEnumerable<TaskView[]> pages, string? status)
    {
        context.Response.ContentType = MediaType;
        var body = context.Response.BodyWriter;
        await foreach (var page in pages)
        {
            foreach (var task in page.Where(task => status is null || task.Status == status))
            {
                WriteLine(body, task);
            }

            await body.FlushAsync(context.RequestAborted);
        }
    }

    private static void WriteLine(IBufferWriter<byte> body, TaskView task)
    {
        using (var json = new Utf8JsonWriter(body, JsonAnswer.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteNumber("index", GroupId.IndexOf(task.TaskId));
            json.WriteString("task_id", task.TaskId);
            json.WriteString("status", task.Status);
            if (task.Status is "completed")
            {
                json.WritePropertyName("result");
                RawJson.Write(json, task.Result ?? "null");
            }
            else if (task.Error is not null)
            {
                json.WriteString("error", task.Error);
            }

            json.WriteEndObject();
        }

        body.Write("\n"u8);
    }
}
