using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Aurora.Client.Tests.Http;

/// <summary>How a scripted stream ends.</summary>
internal enum StreamEnd
{
    /// <summary>It does not: nothing more comes.</summary>
    Open,

    /// <summary>The body ends before its time.</summary>
    Early,

    /// <summary>The connection breaks.</summary>
    Broken,
}

/// <summary>Gateways that answer with streams from a script, in the order of the calls.</summary>
internal sealed class StreamingGateways(params (string Text, StreamEnd End)[] answers) : HttpMessageHandler
{
    private readonly Queue<(string Text, StreamEnd End)> left = new(answers);

    /// <summary>Each call: who was asked, and after which event.</summary>
    public List<(string Host, string? After)> Calls { get; } = [];

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Calls.Add((request.RequestUri!.Host, request.Headers.TryGetValues("Last-Event-ID", out var after) ? after.Single() : null));
        var (text, end) = left.Dequeue();
        var content = new StreamContent(new ScriptedBody(Encoding.UTF8.GetBytes(text), end));
        content.Headers.ContentType = new MediaTypeHeaderValue(request.RequestUri.AbsolutePath.Contains("/groups/", StringComparison.Ordinal) ? "application/x-ndjson" : "text/event-stream");
        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, Content = content });
    }

    private sealed class ScriptedBody(byte[] text, StreamEnd end) : MemoryStream(text, writable: false)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position == Length && end is StreamEnd.Open)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return Position < Length || end is not StreamEnd.Broken ? await base.ReadAsync(buffer, cancellationToken) : throw new IOException("cable cut");
        }
    }
}
