using System.Collections.Concurrent;
using System.Net;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.EndToEnd.Tests.Tracing;

/// <summary>Takes traces over OTLP/HTTP on loopback, as a collector would, and keeps their spans.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly ConcurrentQueue<OtlpSpan> spans = new();
    private readonly Task serving;
    private readonly string address = $"http://127.0.0.1:{FreePort.Take()}";

    public OtlpCollector()
    {
        listener.Prefixes.Add(address + "/");
        listener.Start();
        serving = ServeAsync();
    }

    /// <summary>The standard variables that send a process's traces here, soon after each span.</summary>
    public IReadOnlyDictionary<string, string?> Variables => new Dictionary<string, string?>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = address,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_METRICS_EXPORTER"] = "none",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
    };

    public IReadOnlyCollection<OtlpSpan> Spans => [.. spans];

    public async ValueTask DisposeAsync()
    {
        listener.Close();
        await serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                if (context.Request.Url!.AbsolutePath == "/v1/traces")
                {
                    foreach (var span in OtlpDecoder.Decode(body.ToArray()))
                    {
                        spans.Enqueue(span);
                    }
                }

                context.Response.Close();
            }
        }
        catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
        {
            // Closed by the test's end.
        }
    }
}
