using Aurora.Client.Tests.Conformance;
using Aurora.EndToEnd.Tests.Harness;
using Microsoft.Extensions.AI;

namespace Aurora.Client.Tests.Ai;

[Collection(nameof(RealMesh))]
public sealed class RealModelTests(RealMesh real)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_model_of_a_mesh_chats_and_embeds(bool overHttp)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var mesh = overHttp ? real.Http : real.Orleans;
        await Eventually.SeeAsync("the node offers its models", () => mesh.ListModelsAsync(cancellation), models => models.Any(model => model.Nodes.Count > 0));
        using var chat = mesh.AsChatClient("test-chat");
        using var generator = mesh.AsEmbeddingGenerator("test-embed");

        var whole = await chat.GetResponseAsync("Hello", cancellationToken: cancellation);
        var pieces = await chat.GetStreamingResponseAsync("Hello", cancellationToken: cancellation).ToChatResponseAsync(cancellation);
        var embeddings = await generator.GenerateAsync(["a", "ab"], cancellationToken: cancellation);

        Assert.Equal("word0 word1 word2 word3 word4", whole.Text);
        Assert.Equal(whole.Text, pieces.Text);
        Assert.Equal(5, whole.Usage!.OutputTokenCount);
        Assert.Equal(InferenceBackend.EmbeddingShapes.VectorOf("ab"), embeddings[1].Vector.ToArray());
    }
}
