using System.Net;
using System.Net.ServerSentEvents;
using System.Text;
using Aurora.EndToEnd.Tests.Harness;
using Aurora.InferenceBackend;

namespace Aurora.Workloads.Tests.Inference;

/// <summary>What happens to a request between its client and the inference server of some node.</summary>
public sealed class InferenceFlowTests(SharedMesh mesh) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient http = new() { BaseAddress = mesh.Url };

    public void Dispose() => http.Dispose();

    [Theory]
    [InlineData("orleans")]
    [InlineData("websocket")]
    public async Task Each_token_reaches_the_client_before_the_next_one_is_made(string transport)
    {
        var gate = new TaskCompletionSource();
        await using var node = await InferenceNode.JoinAsync(
            mesh.Process, "flow-" + transport, new BackendBehaviour { Models = ["flow-" + transport], Hold = (2, gate.Task) }, transport);

        using var response = await StreamAsync("flow-" + transport);
        await using var events = await EventsAsync(response);
        var first = await NextAsync(events);
        var second = await NextAsync(events);

        // The server stands still between its second and its third token.
        Assert.Contains("word0", first, StringComparison.Ordinal);
        Assert.Contains("word1", second, StringComparison.Ordinal);
        gate.SetResult();
        var rest = await RestAsync(events);
        Assert.Equal(4, rest.Count);
        Assert.Equal("[DONE]", rest[^1]);
        Assert.Equal("flow-" + transport, Header(response, "X-Aurora-Node"));
        Assert.Equal("model loaded", Header(response, "X-Aurora-Reason"));
        await mesh.Client.SeeTaskAsync(Header(response, "X-Aurora-Task"), "completed");
    }

    [Theory]
    [InlineData("orleans", true)]
    [InlineData("websocket", true)]
    [InlineData("orleans", false)]
    public async Task When_the_client_goes_the_task_and_the_request_at_the_server_end(string transport, bool streams)
    {
        var name = $"gone-{transport}-{streams}".ToLowerInvariant();
        await using var node = await InferenceNode.JoinAsync(
            mesh.Process, name, new BackendBehaviour { Models = [name], Hold = (1, Task.Delay(Timeout.Infinite)) }, transport);

        using var leaving = new CancellationTokenSource();
        var asking = http.SendAsync(Request(name, streams), HttpCompletionOption.ResponseHeadersRead, leaving.Token);
        await node.Server.Requests.ReadAsync().AsTask().WaitAsync(Patience);
        if (streams)
        {
            using var response = await asking;
        }
        else
        {
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        }

        await node.Server.Abandoned.ReadAsync().AsTask().WaitAsync(Patience);
        await Eventually.SeeAsync("no request is under way", () => Task.FromResult(node.Server.InFlight), inFlight => inFlight == 0);
    }

    [Theory]
    [InlineData("orleans", """ "llm_inference","endpoint":"v1/chat/completions","payload":{"model":"MODEL","stream":true,"messages":[]} """)]
    [InlineData("websocket", """ "llm_inference","endpoint":"v1/chat/completions","payload":{"model":"MODEL","stream":true,"messages":[]} """)]
    [InlineData("orleans", """ "llm_inference","payload":"a prompt" """)]
    [InlineData("websocket", """ "embeddings","payload":{"input":["a text"]} """)]
    [InlineData("orleans", """ "embeddings","payload":{"input":["a text"]} """)]
    public async Task A_task_that_is_cancelled_ends_its_request_at_the_server(string transport, string task)
    {
        var name = $"cancel-{Guid.NewGuid():N}";
        await using var node = await InferenceNode.JoinAsync(
            mesh.Process, name, new BackendBehaviour { Models = [name], Hold = (0, Task.Delay(Timeout.Infinite)) }, transport);
        var taskId = await mesh.Client.SubmitForIdAsync(
            $$"""{"task_type":{{task.Replace("MODEL", name, StringComparison.Ordinal)}},"requirements":{"model":"{{name}}","gpu_count":0} }""");
        await node.Server.Requests.ReadAsync().AsTask().WaitAsync(Patience);

        var (status, _) = await mesh.Client.SendAsync(HttpMethod.Delete, $"tasks/{taskId}");

        Assert.Equal(HttpStatusCode.OK, status);
        await node.Server.Abandoned.ReadAsync().AsTask().WaitAsync(Patience);
        Assert.Equal("cancelled", (await mesh.Client.TaskAsync(taskId)).Text("status"));
    }

    [Fact]
    public async Task A_group_that_is_cancelled_ends_what_waits_and_what_runs_of_it()
    {
        await using var node = await InferenceNode.JoinAsync(
            mesh.Process, "group", new BackendBehaviour { Models = ["group"], Hold = (0, Task.Delay(Timeout.Infinite)) }, "orleans", ("AURORA_BACKEND_PARALLEL", "2"));
        var inputs = string.Join(',', Enumerable.Range(0, 40).Select(number => $"\"text {number}\""));
        var group = (await mesh.Client.SubmitAsync(
            $$"""{"task_type":"embeddings","batch_size":8,"requirements":{"model":"group","gpu_count":0},"payload":{"input":[{{inputs}}]} }""")).Text("group_id");
        await node.Server.Requests.ReadAsync().AsTask().WaitAsync(Patience);
        await node.Server.Requests.ReadAsync().AsTask().WaitAsync(Patience);

        var (_, cancelled) = await mesh.Client.SendAsync(HttpMethod.Delete, $"groups/{group}");

        Assert.Equal("""{"cancelled":5}""", cancelled);
        Assert.Equal(5, (await mesh.Client.GetAsync($"groups/{group}")).Number("cancelled"));
        await Eventually.SeeAsync("no request is under way", () => Task.FromResult(node.Server.InFlight), inFlight => inFlight == 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_prompt_is_gone_on_with_whole_or_in_pieces(bool streams)
    {
        var name = $"prompt-{streams}".ToLowerInvariant();
        await using var node = await InferenceNode.JoinAsync(mesh.Process, name, new BackendBehaviour { Models = [name] });

        using var response = await http.PostAsync("/v1/completions", new StringContent(
            $$"""{"model":"{{name}}","prompt":"Once","stream":{{(streams ? "true" : "false")}} }""", Encoding.UTF8, "application/json")).WaitAsync(Patience);
        var text = await response.Content.ReadAsStringAsync();

        Assert.Equal((HttpStatusCode.OK, name), (response.StatusCode, Header(response, "X-Aurora-Node")));
        Assert.Equal(streams, text.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal));
        Assert.Contains("word4", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_reaches_the_server_as_the_client_wrote_it()
    {
        await using var node = await InferenceNode.JoinAsync(mesh.Process, "raw", new BackendBehaviour { Models = ["raw"] });
        const string Body = """{ "model": "raw", "messages":[{"role":"user","content":"h\u00e9, 😀"}], "temperature": 1.00, "unknown_to_us": {"deep":[1e3,null]} }""";

        using var response = await http.PostAsync("/v1/chat/completions", new StringContent(Body, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Body, node.Server.Bodies.Single());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_fails_before_the_first_token_is_no_matter_while_another_has_the_model(bool streams)
    {
        var name = $"spare-{streams}".ToLowerInvariant();
        var behaviours = new[] { new BackendBehaviour { Models = [name] }, new BackendBehaviour { Models = [name] } };
        await using var one = await InferenceNode.JoinAsync(mesh.Process, name + "-1", behaviours[0]);
        await using var two = await InferenceNode.JoinAsync(mesh.Process, name + "-2", behaviours[1]);

        // Whichever gets the request first fails it in one of two ways.
        one.Server.Behaviour.RefusesWith = 500;
        two.Server.Behaviour.RefusesWith = null;
        using var response = await http.SendAsync(Request(name, streams), HttpCompletionOption.ResponseHeadersRead).WaitAsync(Patience);
        var text = await response.Content.ReadAsStringAsync().WaitAsync(Patience);
        one.Server.Behaviour.RefusesWith = null;
        two.Server.Behaviour.CutsBefore = 0;
        using var again = await http.SendAsync(Request(name, streams), HttpCompletionOption.ResponseHeadersRead).WaitAsync(Patience);

        Assert.Equal((HttpStatusCode.OK, name + "-2"), (response.StatusCode, Header(response, "X-Aurora-Node")));
        Assert.Contains("word4", text, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, name + "-1"), (again.StatusCode, Header(again, "X-Aurora-Node")));
    }

    [Fact]
    public async Task A_server_that_fails_after_the_first_token_ends_the_stream_with_an_error_and_nothing_is_begun_again()
    {
        var gate = new TaskCompletionSource();
        await using var node = await InferenceNode.JoinAsync(
            mesh.Process, "torn", new BackendBehaviour { Models = ["torn"], Hold = (1, gate.Task), CutsBefore = 1 });

        using var response = await StreamAsync("torn");
        await using var events = await EventsAsync(response);
        var first = await NextAsync(events);
        gate.SetResult();
        var rest = await RestAsync(events);

        Assert.Contains("word0", first, StringComparison.Ordinal);
        Assert.Contains("\"type\":\"upstream_error\"", Assert.Single(rest), StringComparison.Ordinal);
        var task = await mesh.Client.SeeTaskAsync(Header(response, "X-Aurora-Task"), "failed");
        Assert.Equal((1, 1), ((int)task["attempt"]!, node.Server.Served));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_server_refuses_the_client_sees_as_the_server_said_it(bool streams)
    {
        var name = $"refusing-{streams}".ToLowerInvariant();
        await using var node = await InferenceNode.JoinAsync(mesh.Process, name, new BackendBehaviour { Models = [name], RefusesWith = 422 });

        using var response = await http.SendAsync(Request(name, streams)).WaitAsync(Patience);

        Assert.Equal(422, (int)response.StatusCode);
        Assert.Equal(
            """{"error":{"message":"refused with 422 on request","type":"invalid_request_error","param":null,"code":"test_refusal"}}""",
            await response.Content.ReadAsStringAsync());
        Assert.Equal(1, node.Server.Served);
    }

    [Theory]
    [InlineData("""{"model":"none"}""", 404, "model_not_found")]
    [InlineData("""{"messages":[]}""", 400, "invalid_value")]
    [InlineData("""{"model":7}""", 400, "invalid_value")]
    [InlineData("""[]""", 400, "invalid_value")]
    [InlineData("""{"model":""", 400, "invalid_value")]
    public async Task A_request_that_cannot_be_meant_is_refused_in_OpenAIs_shape(string body, int status, string code)
    {
        // Whether any model exists does not matter here.
        using var response = await http.PostAsync("/v1/chat/completions", new StringContent(body, Encoding.UTF8, "application/json"));
        var text = await response.Content.ReadAsStringAsync();

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains($"\"code\":\"{code}\"", text, StringComparison.Ordinal);
        Assert.StartsWith("""{"error":{"message":""", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_priority_that_is_none_is_refused_and_one_that_is_goes_with_the_task()
    {
        await using var node = await InferenceNode.JoinAsync(mesh.Process, "urgent", new BackendBehaviour { Models = ["urgent"] });
        using var wrong = Request("urgent", streams: false);
        wrong.Headers.Add("X-Aurora-Priority", "eleven");
        using var right = Request("urgent", streams: false);
        right.Headers.Add("X-Aurora-Priority", "9");

        using var refused = await http.SendAsync(wrong);
        using var served = await http.SendAsync(right);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(9, (int)(await mesh.Client.TaskAsync(Header(served, "X-Aurora-Task")))["priority"]!);
    }

    private static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).Single();

    private static HttpRequestMessage Request(string model, bool streams) => new(HttpMethod.Post, "/v1/chat/completions")
    {
        Content = new StringContent(
            $$"""{"model":"{{model}}","stream":{{(streams ? "true" : "false")}},"messages":[{"role":"user","content":"Hello"}]}""", Encoding.UTF8, "application/json"),
    };

    private Task<HttpResponseMessage> StreamAsync(string model) =>
        http.SendAsync(Request(model, streams: true), HttpCompletionOption.ResponseHeadersRead).WaitAsync(Patience);

    private static async Task<IAsyncEnumerator<SseItem<string>>> EventsAsync(HttpResponseMessage response) =>
        SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync().GetAsyncEnumerator();

    private static async Task<string> NextAsync(IAsyncEnumerator<SseItem<string>> events)
    {
        Assert.True(await events.MoveNextAsync().AsTask().WaitAsync(Patience), "The stream ended early.");
        return events.Current.Data;
    }

    private static async Task<List<string>> RestAsync(IAsyncEnumerator<SseItem<string>> events)
    {
        var rest = new List<string>();
        while (await events.MoveNextAsync().AsTask().WaitAsync(Patience))
        {
            rest.Add(events.Current.Data);
        }

        return rest;
    }
}
