using System.Net;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json.Nodes;
using Aurora.EndToEnd.Tests.Harness;
using Aurora.InferenceBackend;

namespace Aurora.Workloads.Tests.Inference;

/// <summary>A silo dies in the middle of what others read: the readers at another gateway get the rest, or are told.</summary>
public sealed class SiloLossTests : IDisposable
{
    // Enough that some of what the streams go through is on the silo that dies.
    private const int Streams = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryDirectory files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public async Task A_stream_ends_with_its_rest_or_an_error_in_OpenAIs_shape_and_a_log_goes_on_where_it_was()
    {
        var settings = (await StoreKind.Postgres.SettingsAsync()) with
        {
            // Gateways of one mesh share what they keep of logs.
            Environment = new Dictionary<string, string?> { ["AURORA_FILES_DIR"] = Path.Combine(files.Path, "kept") },
        };
        await using var doomed = await MeshProcess.StartAsync(settings);
        await using var other = await MeshProcess.StartAsync(settings);
        await Eventually.SeeAsync(
            "two gateways are named to agents", () => other.Client.GetAsync("mesh/bootstrap"), bootstrap => bootstrap.Array("gateways").Count == 2, () => other.Tail);
        var go = new TaskCompletionSource();
        await using var node = await InferenceNode.JoinAsync(
            other, "lossy", new BackendBehaviour { Models = ["lossy"], Hold = (2, go.Task) }, variables: [("AURORA_ALLOW_SCRIPTS", "any"), ("AURORA_MAX_PARALLEL", "20")]);
        var taskId = await other.Client.SubmitForIdAsync(
            $$"""{"task_type":"custom","requirements":{"gpu_count":0},"interpreter":"bash","script_source":"for i in {1..20}; do echo line-$i; [ $i != 10 ] || until [ -e {{files.Path}}/go ]; do sleep 0.05; done; done"}""");
        using var http = new HttpClient { BaseAddress = other.Url, Timeout = Patience };
        using var doomedHttp = new HttpClient { BaseAddress = doomed.Url };
        var (lines, lastEventId) = await ReadLogAsync(doomedHttp, taskId, after: null, until: "line-10").WaitAsync(Patience);
        var streams = await Task.WhenAll(Enumerable.Range(0, Streams).Select(_ => OpenedStream.OpenAsync(http))).WaitAsync(Patience);

        await doomed.KillAsync();
        go.SetResult();
        await File.WriteAllTextAsync(Path.Combine(files.Path, "go"), "");
        var ends = await Task.WhenAll(streams.Select(stream => stream.RestAsync())).WaitAsync(Patience);
        var (rest, _) = await ReadLogAsync(http, taskId, lastEventId, until: "line-20").WaitAsync(Patience);

        Assert.All(ends, events => Assert.True(
            events is [.., "[DONE]"] && events.Count(text => text.Contains("\"content\"", StringComparison.Ordinal)) == 5
                || JsonNode.Parse(events[^1])?["error"] is JsonObject { Count: 4 } error && error.ContainsKey("type"),
            "A stream neither went on nor said why: " + string.Join('\n', events)));
        Assert.Contains(ends, events => events[^1] == "[DONE]");
        Assert.Equal(Enumerable.Range(1, 20).Select(i => $"line-{i}"), lines.Concat(rest));
        await other.Client.SeeTaskAsync(taskId, "completed");
    }

    /// <summary>Follows a log until a line of it, from after an event on; gives the lines, and the last event's id.</summary>
    private static async Task<(List<string> Lines, string? LastEventId)> ReadLogAsync(HttpClient http, string taskId, string? after, string until)
    {
        // While the loss is not known yet the mesh may ask a client to come back.
        using var response = await Eventually.SeeAsync("the log is served", () => AskForLogAsync(http, taskId, after), answer => answer.StatusCode == HttpStatusCode.OK);
        var text = new StringBuilder();
        string? last = null;
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync())
        {
            last = item.EventId ?? last;
            text.Append(JsonNode.Parse(item.Data)?["text"]?.GetValue<string>());
            if (text.ToString().Split('\n').Contains(until))
            {
                break;
            }
        }

        return ([.. text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)], last);
    }

    private static async Task<HttpResponseMessage> AskForLogAsync(HttpClient http, string taskId, string? after)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"tasks/{taskId}/logs?follow=true");
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (after is not null)
        {
            request.Headers.Add("Last-Event-ID", after);
        }

        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>A streamed answer of which the client has two pieces.</summary>
    private sealed class OpenedStream(List<string> seen, IAsyncEnumerator<SseItem<string>> events)
    {
        public static async Task<OpenedStream> OpenAsync(HttpClient http)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, "v1/chat/completions")
            {
                Content = new StringContent("""{"model":"lossy","stream":true,"messages":[{"role":"user","content":"Hello"}]}""", Encoding.UTF8, "application/json"),
            };
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            var events = SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync().GetAsyncEnumerator();
            var stream = new OpenedStream([], events);
            await stream.NextAsync();
            await stream.NextAsync();
            return stream;
        }

        public async Task<List<string>> RestAsync()
        {
            while (await NextAsync())
            {
                // All is kept.
            }

            return seen;
        }

        private async Task<bool> NextAsync()
        {
            if (!await events.MoveNextAsync())
            {
                return false;
            }

            seen.Add(events.Current.Data);
            return true;
        }
    }
}
