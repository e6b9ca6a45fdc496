using System.Buffers;
using System.Text;
using Aurora.Grains.Interfaces.Output;
using Microsoft.AspNetCore.Http.Features;

namespace Aurora.GatewayApi.OpenAi;

/// <summary>An answer as server-sent events: each goes out at once.</summary>
internal sealed class EventStream(HttpContext context)
{
    /// <summary>The event that ends a whole answer.</summary>
    public const string Done = "[DONE]";

    private long expected = -1;

    /// <summary>Whether the client has seen anything.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>Null when the piece is the next one of the same attempt, otherwise what the client is told.</summary>
    public OpenAiError? Follows(long position)
    {
        if (position == expected || (expected < 0 && OutputPosition.SequenceOf(position) == 0))
        {
            expected = position + 1;
            return null;
        }

        return OpenAiError.Upstream(expected >= 0 && OutputPosition.AttemptOf(position) == OutputPosition.AttemptOf(expected)
            ? "Part of the answer was dropped, because it was read too slowly or the mesh lost a silo."
            : "The node was lost after the answer had begun.");
    }

    public async ValueTask WriteAsync(string data)
    {
        Start();
        var writer = context.Response.BodyWriter;
        foreach (var line in data.AsSpan().EnumerateLines())
        {
            writer.Write("data: "u8);
            Encoding.UTF8.GetBytes(line, writer);
            writer.Write("\n"u8);
        }

        writer.Write("\n"u8);
        var flushed = await writer.FlushAsync(context.RequestAborted);
        if (flushed.IsCompleted)
        {
            // Some servers notice a client that is gone here first.
            throw new OperationCanceledException("The client closed its connection.");
        }
    }

    /// <summary>Ends the stream in a way that every client notices: an error event, and no end mark.</summary>
    public ValueTask WriteErrorAsync(OpenAiError error) => WriteAsync(Encoding.UTF8.GetString(error.ToUtf8().Span));

    private void Start()
    {
        if (HasStarted)
        {
            return;
        }

        HasStarted = true;
        var response = context.Response;
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-cache";

        // For nginx and its like, which would otherwise gather the tokens.
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }
}
