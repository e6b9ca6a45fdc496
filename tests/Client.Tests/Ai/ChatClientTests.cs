using System.Text.Json;
using System.Text.Json.Nodes;
using Aurora.Client.Abstractions.Testing;
using Aurora.Client.Http;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Aurora.Client.Tests.Ai;

public sealed class ChatClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_chat_is_answered_whole_and_in_pieces()
    {
        using var chat = new InMemoryAuroraMesh().AsChatClient("echo");

        var whole = await chat.GetResponseAsync("to be or not", cancellationToken: Cancellation);
        var pieces = await chat.GetStreamingResponseAsync("to be or not", cancellationToken: Cancellation).ToListAsync(Cancellation);

        Assert.Equal(("to be or not", ChatRole.Assistant, ChatFinishReason.Stop, "echo"), (whole.Text, whole.Messages[0].Role, whole.FinishReason, whole.ModelId));
        Assert.Equal(["to ", "be ", "or ", "not", ""], pieces.Select(piece => piece.Text));
        Assert.Equal("to be or not", pieces.ToChatResponse().Text);
        Assert.Equal(ChatFinishReason.Stop, pieces[^1].FinishReason);
    }

    [Fact]
    public async Task Messages_and_options_are_said_as_the_protocol_has_them()
    {
        OpenAiRequest? asked = null;
        var mesh = new InMemoryAuroraMesh
        {
            Infer = (request, _) =>
            {
                asked = request;
                return Task.FromResult(new JsonObject());
            },
        };
        var options = new ChatOptions
        {
            ModelId = "llama3",
            Instructions = "Be brief.",
            Temperature = 0.5f,
            MaxOutputTokens = 9,
            StopSequences = ["END"],
            ResponseFormat = ChatResponseFormat.Json,
            ConversationId = "talk-1",
            AdditionalProperties = new() { ["aurora.priority"] = 8, ["num_ctx"] = 4096 },
        };
        ChatMessage[] messages =
        [
            new(ChatRole.User, [new TextContent("What is this?"), new DataContent(new byte[] { 1 }, "image/png")]),
            new(ChatRole.Assistant, [new FunctionCallContent("c1", "look", new Dictionary<string, object?> { ["at"] = "sky" })]),
            new(ChatRole.Tool, [new FunctionResultContent("c1", "blue")]),
        ];

        await mesh.AsChatClient().GetResponseAsync(messages, options, Cancellation);

        Assert.Equal((OpenAiRequest.Chat, "talk-1", 8), (asked!.Endpoint, asked.Session, asked.Priority));
        Assert.True(
            JsonNode.DeepEquals(
                JsonNode.Parse(
                    """
                    {"model":"llama3","messages":[
                      {"role":"system","content":"Be brief."},
                      {"role":"user","content":[{"type":"text","text":"What is this?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AQ=="}}]},
                      {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"look","arguments":"{\"at\":\"sky\"}"}}]},
                      {"role":"tool","tool_call_id":"c1","content":"blue"}],
                     "temperature":0.5,"max_tokens":9,"stop":["END"],"response_format":{"type":"json_object"},"num_ctx":4096}
                    """),
                JsonNode.Parse(asked.Body.ToJsonString())),
            asked.Body.ToJsonString());
    }

    [Fact]
    public async Task A_tool_is_offered_and_its_call_read()
    {
        OpenAiRequest? asked = null;
        var mesh = new InMemoryAuroraMesh
        {
            Infer = (request, _) =>
            {
                asked = request;
                return Task.FromResult((JsonObject)JsonNode.Parse("""{"choices":[{"message":{"content":null,"tool_calls":[{"id":"c1","function":{"name":"weather","arguments":"{\"city\":\"Bern\"}"}}]},"finish_reason":"tool_calls"}]}""")!);
            },
        };
        var options = new ChatOptions { Tools = [new WeatherTool()], ToolMode = ChatToolMode.RequireAny };

        var response = await mesh.AsChatClient("m").GetResponseAsync("How is it in Bern?", options, Cancellation);

        Assert.Equal("required", (string?)asked!.Body["tool_choice"]);
        Assert.Equal("weather", (string?)asked.Body["tools"]![0]!["function"]!["name"]);
        Assert.NotNull(asked.Body["tools"]![0]!["function"]!["parameters"]!["properties"]!["city"]);
        var call = Assert.Single(response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>());
        Assert.Equal(("c1", "weather", "Bern"), (call.CallId, call.Name, call.Arguments!["city"]!.ToString()));
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
    }

    [Fact]
    public async Task A_call_that_comes_in_pieces_is_told_as_a_whole()
    {
        using var gateways = new Http.StreamingGateways((
            """
            data: {"id":"r","choices":[{"delta":{"tool_calls":[{"index":0,"id":"c1","function":{"name":"weather","arguments":"{\"city\":"}}]}}]}

            data: {"id":"r","choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\"Bern\"}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}

            data: [DONE]


            """,
            Http.StreamEnd.Open));
        using var mesh = new AuroraHttpMesh(new AuroraHttpMeshOptions(), gateways);

        var response = await mesh.AsChatClient("m").GetStreamingResponseAsync("How is it in Bern?", cancellationToken: Cancellation).ToChatResponseAsync(Cancellation);

        var call = Assert.Single(response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>());
        Assert.Equal(("c1", "weather", "Bern"), (call.CallId, call.Name, call.Arguments!["city"]!.ToString()));
        Assert.Equal((3L, 4L, 7L), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.TotalTokenCount));
    }

    [Fact]
    public async Task Vectors_come_in_the_order_of_the_texts()
    {
        var mesh = new InMemoryAuroraMesh
        {
            Infer = (_, _) => Task.FromResult((JsonObject)JsonNode.Parse("""{"model":"e","data":[{"index":1,"embedding":[2]},{"index":0,"embedding":[1.5,-1]}],"usage":{"prompt_tokens":2,"total_tokens":2}}""")!),
        };
        using var generator = mesh.AsEmbeddingGenerator("e");

        var embeddings = await generator.GenerateAsync(["a", "b"], cancellationToken: Cancellation);

        Assert.Equal([1.5f, -1f], embeddings[0].Vector.ToArray());
        Assert.Equal([2f], embeddings[1].Vector.ToArray());
        Assert.Equal(2, embeddings.Usage!.InputTokenCount);
        Assert.Empty(await generator.GenerateAsync([], cancellationToken: Cancellation));
        await Assert.ThrowsAsync<InferenceFailedException>(() => generator.GenerateAsync(["a"], cancellationToken: Cancellation));
    }

    [Fact]
    public async Task A_chat_without_a_model_is_refused()
    {
        var refusal = await Assert.ThrowsAsync<InvalidTaskException>(() => new InMemoryAuroraMesh().AsChatClient().GetResponseAsync("Hello", cancellationToken: Cancellation));

        Assert.Contains("model", refusal.Errors.Keys);
    }

    [Fact]
    public void A_service_finds_what_is_behind_its_chat()
    {
        var mesh = new InMemoryAuroraMesh();
        using var services = new ServiceCollection().AddSingleton<IAuroraMesh>(mesh).AddAuroraChatClient("llama3").AddAuroraEmbeddingGenerator("e").BuildServiceProvider();

        var chat = services.GetRequiredService<IChatClient>();

        Assert.Same(mesh, chat.GetService<IAuroraMesh>());
        Assert.Equal(("aurora", "llama3"), (chat.GetService<ChatClientMetadata>()!.ProviderName, chat.GetService<ChatClientMetadata>()!.DefaultModelId));
        Assert.NotNull(services.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>());
    }

    /// <summary>A tool as any library declares one.</summary>
    private sealed class WeatherTool : AIFunctionDeclaration
    {
        public override string Name => "weather";

        public override string Description => "The weather of a city";

        public override JsonElement JsonSchema { get; } = JsonDocument.Parse("""{"type":"object","properties":{"city":{"type":"string"}}}""").RootElement;
    }
}
