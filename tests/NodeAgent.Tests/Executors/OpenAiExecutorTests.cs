using System.Text.Json.Nodes;
using Aurora.NodeAgent.Executors;
using Aurora.NodeAgent.Executors.Backends;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aurora.NodeAgent.Tests.Executors;

public sealed class OpenAiExecutorTests : IAsyncLifetime
{
    private readonly FakeOpenAiServer _server = new FakeOpenAiServer().Ollama();
    private BackendCatalog _catalog = null!;
    private OpenAiExecutor _executor = null!;

    public async ValueTask InitializeAsync()
    {
        var options = new BackendOptions
        {
            Addresses = BackendAddress.ParseList($$"""[{"url":"{{_server.Url}}","api_key":"key-1"}]"""),
            ProbeTimeout = TimeSpan.FromSeconds(20),
            AnswerBytesMax = 100_000,
        };
        _catalog = new BackendCatalog(options, TimeProvider.System, NullLogger<BackendCatalog>.Instance);
        await _catalog.StartAsync(CancellationToken.None);
        _executor = new OpenAiExecutor(_catalog, options);
        _server.Answer("/v1/chat/completions", RecordedAnswers.Chat).Answer("/v1/completions", RecordedAnswers.Completion);
        _server.Answers["/v1/embeddings"] = Embed;
    }

    public async ValueTask DisposeAsync()
    {
        _executor.Dispose();
        await _catalog.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Inference_is_announced_while_a_server_is_alive_only()
    {
        Assert.Equal(["llm_inference", "embeddings"], await _executor.GetTaskTypesAsync(CancellationToken.None));

        await using var none = new BackendCatalog(new BackendOptions { Addresses = [] }, TimeProvider.System, NullLogger<BackendCatalog>.Instance);
        using var idle = new OpenAiExecutor(none, new BackendOptions());
        await none.StartAsync(CancellationToken.None);

        Assert.Empty(await idle.GetTaskTypesAsync(CancellationToken.None));
        Assert.Equal("no inference server answers on this node", (await idle.ExecuteAsync(Attempts.Of("llm_inference", """{"payload":"hi"}"""), [], default)).Error);
    }

    [Fact]
    public async Task Messages_go_to_chat_untouched_and_the_answer_is_the_result()
    {
        var outcome = await RunAsync("llm_inference", """{"payload":{"messages":[{"role":"user","content":"hi"}],"temperature":0.1,"x_vendor":{"a":1},"stream":true}}""", """{"model":"llama3.2"}""");

        Assert.Equal(RecordedAnswers.Chat, outcome.Result);
        var (path, body, head) = Sent().Single();
        Assert.Equal("/v1/chat/completions", path);
        Assert.Equal("""{"messages":[{"role":"user","content":"hi"}],"temperature":0.1,"x_vendor":{"a":1},"model":"llama3.2:latest"}""", body!.ToJsonString());
        Assert.Contains("Authorization: Bearer key-1", head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"payload":"hi"}""", "{}")]
    [InlineData("""{"payload":{"prompt":"hi"}}""", "{}")]
    [InlineData("""{"prompt":"hi"}""", "{}")]
    [InlineData("{}", """{"prompt":"hi","memory_gb":8}""")]
    public async Task A_prompt_goes_to_completions_with_the_model_that_is_loaded(string payload, string requirements)
    {
        var outcome = await RunAsync("llm_inference", payload, requirements);

        Assert.Equal(RecordedAnswers.Completion, outcome.Result);
        var (path, body, _) = Sent().Single();
        Assert.Equal("/v1/completions", path);
        Assert.Equal("""{"prompt":"hi","model":"llama3.2:latest"}""", body!.ToJsonString());
    }

    [Fact]
    public async Task Embeddings_are_cut_into_batches_and_come_back_in_order()
    {
        var outcome = await RunAsync("embeddings", """{"payload":{"input":["a","bb","ccc","dddd","eeeee"]}}""", """{"batch_size":2}""");

        Assert.Equal([2, 2, 1], Sent().Select(request => request.Body!["input"]!.AsArray().Count));
        Assert.All(Sent(), request => Assert.Equal("nomic-embed-text:latest", (string?)request.Body!["model"]));
        var result = JsonNode.Parse(outcome.Result!)!;
        Assert.Equal([1, 2, 3, 4, 5], result["data"]!.AsArray().Select(vector => (int)vector!["embedding"]![0]!));
        Assert.Equal([0, 1, 2, 3, 4], result["data"]!.AsArray().Select(vector => (int)vector!["index"]!));
        Assert.Equal(5, (int?)result["usage"]!["total_tokens"]);
    }

    [Fact]
    public async Task A_batch_that_comes_back_incomplete_fails_the_task()
    {
        _server.Answer("/v1/embeddings", """{"object":"list","data":[]}""");

        var outcome = await RunAsync("embeddings", """{"payload":{"input":["a","b"]}}""", """{"batch_size":1}""");

        Assert.Contains("one vector for each input", outcome.Error, StringComparison.Ordinal);
        Assert.Single(Sent());
    }

    [Theory]
    [InlineData("\"one text\"")]
    [InlineData("[1,2,3]")]
    public async Task One_text_is_one_request_however_small_the_batch(string text)
    {
        await RunAsync("embeddings", $$$"""{"payload":{"input":{{{text}}}}}""", """{"batch_size":1}""");

        Assert.Equal(text, Sent().Single().Body!["input"]!.ToJsonString());
    }

    [Fact]
    public async Task An_unknown_model_fails_and_names_those_that_are_there()
    {
        var outcome = await RunAsync("llm_inference", """{"payload":"hi"}""", """{"model":"gpt-5"}""");

        Assert.Equal("model `gpt-5` is not on this node; it has llama3.2:latest, nomic-embed-text:latest", outcome.Error);
        Assert.Empty(Sent());
    }

    [Theory]
    [InlineData("llm_inference", "{}", "{}")]
    [InlineData("embeddings", "{}", "{}")]
    [InlineData("embeddings", """{"payload":"a"}""", """{"batch_size":0}""")]
    [InlineData("llm_inference", """{"payload":"a"}""", """{"timeout_s":"1"}""")]
    public async Task A_task_that_cannot_be_sent_fails_and_is_not_sent(string type, string payload, string requirements)
    {
        Assert.NotNull((await RunAsync(type, payload, requirements)).Error);
        Assert.Empty(Sent());
    }

    [Theory]
    [InlineData(400, """{"error":{"message":"too\nlong","type":"invalid_request_error"}}""", "answered 400: too long")]
    [InlineData(404, """{"error":"model not found"}""", "answered 404: model not found")]
    [InlineData(422, """{"detail":[{"msg":"bad"}]}""", """answered 422: [{"msg":"bad"}]""")]
    [InlineData(500, "", "answered 500: no message")]
    [InlineData(302, "elsewhere", "answered 302: elsewhere")]
    [InlineData(200, "<html>", "answered something that is not a JSON object")]
    public async Task What_the_server_says_is_the_error(int status, string body, string expected)
    {
        _server.Answer("/v1/completions", body, status);

        var outcome = await RunAsync("llm_inference", """{"payload":"hi"}""");

        Assert.Equal($"ollama at {_server.Url} {expected}", outcome.Error);
    }

    [Fact]
    public async Task A_connection_that_breaks_in_the_middle_and_an_endless_answer_fail_the_task()
    {
        _server.Cut["/v1/completions"] = true;
        Assert.Contains("cannot be talked to", (await RunAsync("llm_inference", """{"payload":"hi"}""")).Error, StringComparison.Ordinal);

        _server.Answer("/v1/chat/completions", $$"""{"a":"{{new string('x', 200_000)}}"}""");
        Assert.Contains("cannot be talked to", (await RunAsync("llm_inference", """{"messages":[]}""")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_task_drops_the_connection_to_the_server()
    {
        _server.Silent["/v1/completions"] = true;
        using var cancel = new CancellationTokenSource();
        var run = _executor.ExecuteAsync(Attempts.Of("llm_inference", """{"payload":"hi"}"""), [], cancel.Token);
        await _server.Waiting.Task.WaitAsync(TimeSpan.FromSeconds(30));

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        await _server.PeerGone.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_server_that_takes_too_long_fails_the_task_and_is_let_go()
    {
        _server.Silent["/v1/completions"] = true;

        var outcome = await RunAsync("llm_inference", """{"payload":"hi"}""", """{"timeout_s":0.2}""");

        Assert.Equal($"ollama at {_server.Url} did not answer within 0.2 s", outcome.Error);
        await _server.PeerGone.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static (int Status, string Body) Embed(JsonNode? request)
    {
        // Backwards, since the order of the list is not promised; the index is.
        var inputs = request!["input"] is JsonArray list ? list.Select(item => item!.ToString()).ToList() : [request["input"]!.ToString()];
        var data = inputs.Select((text, index) => (JsonNode)new JsonObject { ["object"] = "embedding", ["index"] = index, ["embedding"] = new JsonArray(text.Length) }).Reverse();
        return (200, new JsonObject { ["object"] = "list", ["data"] = new JsonArray([.. data]), ["usage"] = new JsonObject { ["total_tokens"] = inputs.Count } }.ToJsonString());
    }

    private Task<ExecutionOutcome> RunAsync(string type, string payload, string requirements = "{}") =>
        _executor.ExecuteAsync(Attempts.Of(type, payload, requirements), [], CancellationToken.None);

    private List<(string Path, JsonNode? Body, string Head)> Sent() =>
        [.. _server.Requests.Where(request => request.Path is "/v1/chat/completions" or "/v1/completions" or "/v1/embeddings")];
}
