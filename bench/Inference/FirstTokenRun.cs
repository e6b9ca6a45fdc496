using System.Diagnostics;
using System.Globalization;
using System.Net.ServerSentEvents;
using System.Text;
using Aurora.Bench.EndToEnd;
using Aurora.InferenceBackend;

namespace Aurora.Bench.Inference;

/// <summary>Times to the first token, straight and through the mesh in turns, so that both see the same machine.</summary>
internal static class FirstTokenRun
{
    private const int WarmUp = 200;
    private const int Requests = 500;
    private const int Cancellations = 50;
    private const int Together = 8;

    public static async Task<InferenceResult> MeasureAsync(string transport, Uri mesh, TestInferenceServer server)
    {
        using var straight = ClientOf(server.Url);
        using var through = ClientOf(mesh);
        await PairsAsync(straight, through, WarmUp);
        var (own, meshed, added) = await PairsAsync(straight, through, Requests);
        var busy = await Task.WhenAll(Enumerable.Range(0, Together).Select(_ => PairsAsync(straight, through, Requests / Together)));
        var cancelled = await CancelAsync(through, server);
        return new InferenceResult(
            transport,
            Latency.Of(own),
            Latency.Of(meshed),
            Latency.Of(added),
            Latency.Of([.. busy.SelectMany(run => run.Added)]),
            Latency.Of(cancelled));
    }

    // By default the handler reads on for two seconds after a response was dropped, in the hope of keeping the connection.
    private static HttpClient ClientOf(Uri url) => new(new SocketsHttpHandler { ResponseDrainTimeout = TimeSpan.Zero }) { BaseAddress = url };

    private static async Task<(long[] Own, long[] Meshed, long[] Added)> PairsAsync(HttpClient straight, HttpClient through, int count)
    {
        var (own, meshed, added) = (new long[count], new long[count], new long[count]);
        for (var i = 0; i < count; i++)
        {
            own[i] = await FirstTokenAsync(straight);
            meshed[i] = await FirstTokenAsync(through);
            added[i] = meshed[i] - own[i];
        }

        return (own, meshed, added);
    }

    private static async Task<long> FirstTokenAsync(HttpClient http)
    {
        var started = Stopwatch.GetTimestamp();
        using var response = await SendAsync(http, CancellationToken.None);
        long first = 0;
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync())
        {
            first = first == 0 ? Stopwatch.GetTimestamp() - started : first;
            if (item.Data == "[DONE]")
            {
                return first;
            }
        }

        throw new InvalidOperationException("The stream ended before it was done.");
    }

    /// <summary>The time from the client's leaving until the server's own connection is gone.</summary>
    private static async Task<long[]> CancelAsync(HttpClient through, TestInferenceServer server)
    {
        server.Behaviour.Hold = (1, Task.Delay(Timeout.Infinite));
        var times = new long[Cancellations];
        for (var i = 0; i < times.Length; i++)
        {
            var response = await SendAsync(through, CancellationToken.None);
            var started = Stopwatch.GetTimestamp();
            response.Dispose();
            await server.Abandoned.ReadAsync();
            times[i] = Stopwatch.GetTimestamp() - started;
        }

        return times;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient http, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent("""{"model":"bench","stream":true,"messages":[{"role":"user","content":"Hello"}]}""", Encoding.UTF8, "application/json"),
        };
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        return response.IsSuccessStatusCode
            ? response
            : throw new InvalidOperationException($"The request was answered with {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellation)}");
    }
}

/// <summary>What one transport of the agent came to.</summary>
/// <param name="Own">Time to the first token at the server itself.</param>
/// <param name="Meshed">The same through the mesh.</param>
/// <param name="Added">The differences, pair by pair.</param>
/// <param name="AddedTogether">The differences with eight clients at once.</param>
/// <param name="Cancelled">From a client's leaving to the end of the server's connection.</param>
internal sealed record InferenceResult(string Transport, Latency Own, Latency Meshed, Latency Added, Latency AddedTogether, Latency Cancelled)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        {Transport}: first token, p50 / p99 in ms
          the node's own server     {Own.P50Ms} / {Own.P99Ms}
          through the mesh          {Meshed.P50Ms} / {Meshed.P99Ms}
          added, pair by pair       {Added.P50Ms} / {Added.P99Ms}
          added, 8 clients at once  {AddedTogether.P50Ms} / {AddedTogether.P99Ms}
          cancelled at the server   {Cancelled.P50Ms} / {Cancelled.P99Ms}
        """);
}
