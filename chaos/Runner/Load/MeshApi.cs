using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aurora.Chaos.Checker.Evidence;
using Aurora.Chaos.Runner.Agents;
using Aurora.Chaos.Runner.History;

namespace Aurora.Chaos.Runner.Load;

/// <summary>The HTTP surface as a client uses it. Every request is written to the history before and after.</summary>
internal sealed class MeshApi(IReadOnlyList<Uri> gateways, HistoryFile<ClientEvent> history) : IDisposable
{
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(8);

    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(2) }) { Timeout = Timeout.InfiniteTimeSpan };
    private long operations;

    public int Gateways => gateways.Count;

    public Task<ClientEvent> SubmitAsync(string client, string key, string body, int gateway) =>
        AskAsync(client, ClientCall.Submit, key, null, gateway, () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, "tasks/submit") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            request.Headers.Add("Idempotency-Key", key);
            return request;
        });

    /// <param name="wait">How long the gateway is asked to wait for the end of the task, in whole seconds.</param>
    public Task<ClientEvent> ReadAsync(string client, string task, int gateway, TimeSpan? wait) =>
        AskAsync(
            client, ClientCall.Read, null, task, gateway,
            () => new HttpRequestMessage(HttpMethod.Get, $"tasks/{task}{(wait is { } time ? $"?wait={(int)time.TotalSeconds}s" : "")}"),
            wait);

    public Task<ClientEvent> CancelAsync(string client, string task, int gateway) =>
        AskAsync(client, ClientCall.Cancel, null, task, gateway, () => new HttpRequestMessage(HttpMethod.Delete, $"tasks/{task}"));

    public void Dispose() => http.Dispose();

    private async Task<ClientEvent> AskAsync(string client, ClientCall call, string? key, string? task, int gateway, Func<HttpRequestMessage> describe, TimeSpan? wait = null)
    {
        var invoke = new ClientEvent
        {
            At = MonotonicClock.Now,
            Client = client,
            Op = Interlocked.Increment(ref operations),
            Step = ClientStep.Invoke,
            Call = call,
            Key = key,
            Task = task,
        };
        history.Add(invoke);
        var answer = await SendAsync(invoke, gateways[gateway % gateways.Count], describe, AnswerPatience + (wait ?? TimeSpan.Zero));
        history.Add(answer);
        return answer;
    }

    private async Task<ClientEvent> SendAsync(ClientEvent invoke, Uri gateway, Func<HttpRequestMessage> describe, TimeSpan patience)
    {
        using var late = new CancellationTokenSource(patience);
        try
        {
            using var request = describe();
            request.RequestUri = new Uri(gateway, request.RequestUri!.OriginalString);
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            using var response = await http.SendAsync(request, late.Token);
            var status = (int)response.StatusCode;
            var body = await response.Content.ReadAsStringAsync(late.Token);
            var answer = invoke with { At = MonotonicClock.Now, Status = status, Detail = gateway.Authority };
            if (response.IsSuccessStatusCode)
            {
                return Describe(answer with { Step = ClientStep.Ok }, JsonNode.Parse(body)!.AsObject());
            }

            // A refusal of the request had no effect; 503 says by its documentation that it may have had one.
            return status switch
            {
                404 when invoke.Call == ClientCall.Read => answer with { Step = ClientStep.Ok },
                < 500 => answer with { Step = ClientStep.Fail, Detail = $"{gateway.Authority}: {body}" },
                _ => answer with { Step = ClientStep.Info, Detail = $"{gateway.Authority}: {body}" },
            };
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException or JsonException)
        {
            // What was never sent had no effect.
            var refused = e is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError, InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } };
            return invoke with { At = MonotonicClock.Now, Step = refused ? ClientStep.Fail : ClientStep.Info, Detail = $"{gateway.Authority}: {e.Message}" };
        }
    }

    private static ClientEvent Describe(ClientEvent answer, JsonObject body) => answer with
    {
        Task = body["task_id"]?.GetValue<string>() ?? answer.Task,
        Phase = body["status"]?.GetValue<string>(),
        Attempt = body["attempt"]?.GetValue<int>(),
        Digest = (body["result"] as JsonObject)?[Workload.DataMember]?.GetValue<string>() is { } data ? Workload.DigestOf(data) : null,
    };
}
