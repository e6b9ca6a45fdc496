using Aurora.Client.Abstractions.Testing;

namespace Aurora.Client.Tests.Conformance;

public sealed class InMemoryMeshTests : MeshConformance
{
    protected override IAuroraMesh Mesh { get; } = new InMemoryAuroraMesh();

    [Fact]
    public async Task A_users_test_decides_what_its_tasks_return()
    {
        var mesh = new InMemoryAuroraMesh((request, _) => Task.FromResult<System.Text.Json.Nodes.JsonNode?>(request.Model));

        var handle = await mesh.SubmitAsync(new LlmInferenceRequest { Prompt = "Hello", Model = "llama3" }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("llama3", (await handle.GetResultAsync(TestContext.Current.CancellationToken))!.Value.GetString());
        Assert.Equal("Hello", Assert.IsType<LlmInferenceRequest>(Assert.Single(mesh.Accepted)).Prompt);
    }

    [Fact]
    public async Task The_tasks_of_an_array_are_requests_of_their_own_kind()
    {
        var mesh = new InMemoryAuroraMesh();
        MeshTaskRequest[] arrays =
        [
            new LlmInferenceRequest { Prompt = "Part {index}", Messages = [new ChatMessage("user", "Say {index}")] },
            new EmbeddingsRequest(["text {index}"]),
            new TrainingRequest("train.py") { Arguments = ["--fold", "{index}"] },
            new CustomRequest { ScriptSource = "print({index})" },
            new MeshTaskRequest("test") { Members = new System.Text.Json.Nodes.JsonObject { ["seed"] = "{index}", ["labels"] = new System.Text.Json.Nodes.JsonObject { ["kept"] = "{index}" } } },
        ];
        foreach (var array in arrays)
        {
            await mesh.SubmitArrayAsync(array, 2, cancellationToken: TestContext.Current.CancellationToken);
        }

        Assert.Equal(["Part 0", "Part 1"], mesh.Accepted.OfType<LlmInferenceRequest>().Select(request => request.Prompt).Order());
        Assert.Equal(["Say 0", "Say 1"], mesh.Accepted.OfType<LlmInferenceRequest>().Select(request => request.Messages!.Single().Content).Order());
        Assert.Equal(["text 0", "text 1"], mesh.Accepted.OfType<EmbeddingsRequest>().SelectMany(request => request.Input).Order());
        Assert.Equal(["0", "1"], mesh.Accepted.OfType<TrainingRequest>().Select(request => request.Arguments![1]).Order());
        Assert.Equal(["print(0)", "print(1)"], mesh.Accepted.OfType<CustomRequest>().Select(request => request.ScriptSource).Order());
        var plain = mesh.Accepted.Where(request => request.GetType() == typeof(MeshTaskRequest)).ToList();
        Assert.Equal(["0", "1"], plain.Select(request => (string?)request.Members!["seed"]).Order());
        Assert.All(plain, request => Assert.Equal("{index}", (string?)request.Members!["labels"]!["kept"]));
    }

    [Fact]
    public async Task What_a_users_test_lets_a_task_write_is_its_log()
    {
        var mesh = new InMemoryAuroraMesh((_, cancellation) => Task.Delay(Timeout.Infinite, cancellation).ContinueWith<System.Text.Json.Nodes.JsonNode?>(_ => null, cancellation));
        var handle = await mesh.SubmitAsync(new CustomRequest { ScriptSource = "print()" }, cancellationToken: TestContext.Current.CancellationToken);
        mesh.Write(handle.TaskId, "one\n");
        await using var log = handle.LogsAsync(cancellationToken: TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);

        Assert.True(await log.MoveNextAsync());
        Assert.Equal(new TaskOutput(0, 1, TaskOutputKind.Stdout, "one\n"), log.Current);
        var next = log.MoveNextAsync();
        Assert.False(next.IsCompleted);
        mesh.Write(handle.TaskId, "two\n", TaskOutputKind.Stderr);
        Assert.True(await next);
        Assert.Equal((TaskOutputKind.Stderr, "two\n"), (log.Current.Kind, log.Current.Text));
        await handle.CancelAsync(TestContext.Current.CancellationToken);
        Assert.False(await log.MoveNextAsync());
    }

    [Fact]
    public async Task A_chat_is_answered_whole_and_in_pieces()
    {
        var request = new OpenAiRequest(OpenAiRequest.Chat, new System.Text.Json.Nodes.JsonObject
        {
            ["model"] = "m",
            ["messages"] = new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject { ["role"] = "user", ["content"] = "to be or not" }),
        });

        var whole = await Mesh.InferAsync(request, TestContext.Current.CancellationToken);
        var pieces = await Mesh.StreamAsync(request, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal("to be or not", whole.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
        Assert.Equal(["to ", "be ", "or ", "not"], pieces.SkipLast(1).Select(piece => piece.GetProperty("choices")[0].GetProperty("delta").GetProperty("content").GetString()));
        Assert.Equal("stop", pieces[^1].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
    }
}
