using System.ClientModel;
using Aurora.EndToEnd.Tests.Harness;
using Aurora.InferenceBackend;
using Microsoft.Extensions.AI;
using OpenAI;

namespace Aurora.Workloads.Tests.Inference;

/// <summary>OpenAI's own client and Microsoft.Extensions.AI, unchanged, against the mesh.</summary>
public sealed class OpenAiSdkTests(SharedMesh mesh)
{
    private const string Answer = "word0 word1 word2 word3 word4";

    private readonly OpenAIClient client = new(new ApiKeyCredential("none needed"), new OpenAIClientOptions { Endpoint = new Uri(mesh.Url, "/v1") });

    [Theory]
    [InlineData("orleans")]
    [InlineData("websocket")]
    public async Task The_OpenAI_client_chats_embeds_and_lists_models_over_either_transport(string transport)
    {
        var model = "chat-" + transport;
        await using var node = await InferenceNode.JoinAsync(
            mesh.Process, "sdk-" + transport, new BackendBehaviour { Models = [model, "embed-" + transport] }, transport);

        var whole = await client.GetChatClient(model).CompleteChatAsync("Hello");
        var parts = new List<string>();
        await foreach (var update in client.GetChatClient(model).CompleteChatStreamingAsync("Hello"))
        {
            parts.AddRange(update.ContentUpdate.Select(part => part.Text));
        }

        var vector = (await client.GetEmbeddingClient("embed-" + transport).GenerateEmbeddingAsync("a text")).Value.ToFloats().ToArray();
        var models = (await client.GetOpenAIModelClient().GetModelsAsync()).Value;

        Assert.Equal((Answer, "Stop", 5), (whole.Value.Content[0].Text, whole.Value.FinishReason.ToString(), whole.Value.Usage.OutputTokenCount));
        Assert.Equal(["word0", " word1", " word2", " word3", " word4"], parts);
        Assert.Equal(EmbeddingShapes.VectorOf("a text"), vector);
        Assert.Contains(models, found => found.Id == model);
    }

    [Fact]
    public async Task Microsoft_Extensions_AI_chats_and_embeds()
    {
        await using var node = await InferenceNode.JoinAsync(mesh.Process, "meai", new BackendBehaviour { Models = ["meai-chat", "meai-embed"] });
        using var chat = client.GetChatClient("meai-chat").AsIChatClient();
        using var embeddings = client.GetEmbeddingClient("meai-embed").AsIEmbeddingGenerator();

        var whole = await chat.GetResponseAsync("Hello");
        var streamed = new List<string>();
        await foreach (var update in chat.GetStreamingResponseAsync("Hello"))
        {
            streamed.Add(update.Text);
        }

        var vectors = await embeddings.GenerateAsync(["one", "two"]);

        Assert.Equal(Answer, whole.Text);
        Assert.Equal(Answer, string.Concat(streamed));
        Assert.Equal([EmbeddingShapes.VectorOf("one"), EmbeddingShapes.VectorOf("two")], vectors.Select(vector => vector.Vector.ToArray()));
    }

    [Fact]
    public async Task An_unknown_model_is_told_with_those_that_exist()
    {
        await using var node = await InferenceNode.JoinAsync(mesh.Process, "known", new BackendBehaviour { Models = ["known-chat"] });

        var refusal = await Assert.ThrowsAsync<ClientResultException>(() => client.GetChatClient("gpt-99").CompleteChatAsync("Hello"));

        Assert.Equal(404, refusal.Status);
        Assert.Contains("known-chat", refusal.Message, StringComparison.Ordinal);
    }
}
