using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Aurora.GatewayApi.Json;
using Aurora.Grains.Interfaces.Events;
using Microsoft.AspNetCore.Http.Features;

namespace Aurora.GatewayApi.Events;

/// <summary>
/// Mesh events as server-sent events: the kind is the event's name, its id is the position from which a reader resumes. Nothing
/// is sent before <see cref="FlushAsync"/>.
/// </summary>
internal sealed class EventWriter(HttpContext context, TimeProvider time)
{
    // Shorter than the idle limits of common proxies, most of which are a minute.
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(15);

    private long flushedAt;
    private bool isDirty;

    /// <summary>Sends the headers, so that a reader knows at once that it is connected.</summary>
    public ValueTask StartAsync()
    {
        var response = context.Response;
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-cache";
        response.Headers.XContentTypeOptions = "nosniff";

        // For nginx and its like, which would otherwise gather the events.
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        KeepAlive();
        return FlushAsync();
    }

    /// <summary>Writes an event; one without an id when its position is 0.</summary>
    public void Write(MeshEvent happened) =>
        Write(happened, happened.Position > 0 ? happened.Position.ToString(CultureInfo.InvariantCulture) : null);

    /// <summary>Writes an event under an id from which a reader resumes.</summary>
    public void Write(MeshEvent happened, string? place)
    {
        var body = context.Response.BodyWriter;
        var id = place is null ? "" : $"id: {place}\n";
        Encoding.UTF8.GetBytes($"{id}event: {happened.Kind}\ndata: ", body);
        using (var json = new Utf8JsonWriter(body, JsonAnswer.WriterOptions))
        {
            json.WriteStartObject();
            TaskJson.WriteTime(json, "at", happened.At);
            if (happened.TaskId is not null)
            {
                json.WriteString("task_id", happened.TaskId);
            }

            if (happened.Attempt > 0)
            {
                json.WriteNumber("attempt", happened.Attempt);
            }

            if (happened.NodeId is not null)
            {
                json.WriteString("node", happened.NodeId);
            }

            if (happened.Detail is not null)
            {
                json.WriteString("detail", happened.Detail);
            }

            json.WriteEndObject();
        }

        body.Write("\n\n"u8);
        isDirty = true;
    }

    /// <summary>Moves the place to resume from without an event that a reader sees.</summary>
    public void Position(long position) => Position(position.ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc cref="Position(long)"/>
    public void Position(string place)
    {
        Encoding.UTF8.GetBytes($"id: {place}\n\n", context.Response.BodyWriter);
        isDirty = true;
    }

    /// <summary>Says that events are missing here: the mesh no longer has them.</summary>
    public void Gap() => WriteNamed("gap", "{}");

    /// <summary>Says that the task has ended, and that nothing follows.</summary>
    public void End(string status) => WriteNamed("end", $"{{\"status\":\"{status}\"}}");

    /// <summary>Sends what was written, or a sign of life after a long silence.</summary>
    public async ValueTask FlushAsync()
    {
        if (!isDirty && time.GetElapsedTime(flushedAt) < SilenceMax)
        {
            return;
        }

        if (!isDirty)
        {
            KeepAlive();
        }

        isDirty = false;
        flushedAt = time.GetTimestamp();
        if ((await context.Response.BodyWriter.FlushAsync(context.RequestAborted)).IsCompleted)
        {
            // Some servers notice a client that is gone here first.
            throw new OperationCanceledException("The client closed its connection.");
        }
    }

    private void KeepAlive()
    {
        context.Response.BodyWriter.Write(":\n\n"u8);
        isDirty = true;
    }

    private void WriteNamed(string name, string data)
    {
        Encoding.UTF8.GetBytes($"event: {name}\ndata: {data}\n\n", context.Response.BodyWriter);
        isDirty = true;
    }
}
