using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Aurora.GatewayApi.Json;
using Aurora.Grains.Interfaces.Output;

namespace Aurora.GatewayApi.Logs;

/// <summary>
/// A log as server-sent events: <c>stdout</c> and <c>stderr</c> with the attempt and the text, <c>progress</c> with what the
/// script said, and <c>end</c> with the task's status. An event's id is its position, from which a reader resumes.
/// </summary>
internal sealed class LogEvents(PipeWriter body) : LogWriter(body)
{
    public override string MediaType => "text/event-stream; charset=utf-8";

    public override ValueTask WriteAsync(OutputItem item, CancellationToken cancellation)
    {
        Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"id: {item.Position}\nevent: {NameOf(item.Kind)}\ndata: "), Body);
        using (var json = new Utf8JsonWriter(Body, JsonAnswer.WriterOptions))
        {
            if (item.Kind == OutputKind.Progress)
            {
                // A node in another language may have spread the object over lines, which would end the event.
                RawJson.Write(json, item.Text.ReplaceLineEndings(" "));
            }
            else
            {
                json.WriteStartObject();
                json.WriteNumber("attempt", OutputPosition.AttemptOf(item.Position));
                json.WriteString("text", item.Text);
                json.WriteEndObject();
            }
        }

        Body.Write("\n\n"u8);
        return SendAsync(cancellation);
    }

    public override ValueTask KeepAliveAsync(CancellationToken cancellation)
    {
        Body.Write(":\n\n"u8);
        return SendAsync(cancellation);
    }

    public override ValueTask EndAsync(string status, CancellationToken cancellation)
    {
        Encoding.UTF8.GetBytes($"event: end\ndata: {{\"status\":\"{status}\"}}\n\n", Body);
        return SendAsync(cancellation);
    }

    private static string NameOf(OutputKind kind) => kind switch
    {
        OutputKind.Stdout => "stdout",
        OutputKind.Stderr => "stderr",
        _ => "progress",
    };
}
