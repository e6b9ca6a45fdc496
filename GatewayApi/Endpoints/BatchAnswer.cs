using System.Text.Json;
using Aurora.GatewayApi.Json;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Endpoints;

/// <summary>Streams the outcomes of a batch: its group, how many were accepted, then one entry a task, in the order sent.</summary>
internal static class BatchAnswer
{
    private const int FlushEvery = 500;

    public static async Task WriteAsync(HttpContext context, List<SubmitOutcome> outcomes)
    {
        var body = context.Response.BodyWriter;
        context.Response.ContentType = JsonAnswer.MediaType;
        await using var writer = new Utf8JsonWriter(body, JsonAnswer.WriterOptions);
        writer.WriteStartObject();
        if (outcomes.Count > 0)
        {
            writer.WriteString("group_id", GroupId.Of(outcomes[0].TaskId));
        }

        writer.WriteNumber("accepted", outcomes.Count(outcome => outcome.Status is not ("unknown" or "not_submitted" or "refused")));
        writer.WriteStartArray("tasks");
        for (var index = 0; index < outcomes.Count; index++)
        {
            var answer = SubmitAnswer.From(outcomes[index]);
            writer.WriteStartObject();
            writer.WriteString("task_id", answer.TaskId);
            writer.WriteString("status", answer.Status);
            if (answer.Node is not null)
            {
                writer.WriteString("node", answer.Node);
            }

            if (answer.Message is not null)
            {
                writer.WriteString("message", answer.Message);
            }

            writer.WriteEndObject();
            if (index % FlushEvery == FlushEvery - 1)
            {
                writer.Flush();
                await body.FlushAsync(context.RequestAborted);
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
