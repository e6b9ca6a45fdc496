using System.ClientModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aurora.EndToEnd.Tests.Harness;
using Aurora.InferenceBackend;
using OpenAI;

namespace Aurora.Workloads.Tests.Inference;

/// <summary>Thousands of inputs over several nodes, and every vector at its place.</summary>
public sealed class BulkEmbeddingTests(SharedMesh mesh)
{
    [Fact]
    public async Task A_long_request_of_the_official_client_is_shared_out_and_answered_in_order()
    {
        await using var first = await InferenceNode.JoinAsync(mesh.Process, "bulk-a", new BackendBehaviour { Models = ["bulk"] });
        await using var second = await InferenceNode.JoinAsync(mesh.Process, "bulk-b", new BackendBehaviour { Models = ["bulk"] });
        var inputs = Enumerable.Range(0, 2_000).Select(number => $"text {number}").ToList();
        var client = new OpenAIClient(new ApiKeyCredential("none"), new OpenAIClientOptions { Endpoint = new Uri(mesh.Url, "v1") }).GetEmbeddingClient("bulk");

        var answer = await client.GenerateEmbeddingsAsync(inputs);

        Assert.Equal(inputs.Select(EmbeddingShapes.VectorOf), answer.Value.Select(vector => vector.ToFloats().ToArray()));
        Assert.Equal(Enumerable.Range(0, 2_000), answer.Value.Select(vector => vector.Index));
        Assert.Equal(2_000, answer.Value.Usage.InputTokenCount);
        Assert.NotEmpty(first.Server.Bodies);
        Assert.NotEmpty(second.Server.Bodies);
    }

    [Fact]
    public async Task A_part_that_fails_on_one_node_is_made_on_another()
    {
        await using var broken = await InferenceNode.JoinAsync(mesh.Process, "parts-broken", new BackendBehaviour { Models = ["parts"], RefusesWith = 500 });
        await using var good = await InferenceNode.JoinAsync(mesh.Process, "parts-good", new BackendBehaviour { Models = ["parts"] });
        var body = new JsonObject
        {
            ["task_type"] = "embeddings",
            ["batch_size"] = 50,
            ["max_attempts"] = 20,
            ["requirements"] = new JsonObject { ["model"] = "parts", ["gpu_count"] = 0 },
            ["payload"] = new JsonObject { ["input"] = new JsonArray([.. Enumerable.Range(0, 1_000).Select(number => JsonValue.Create($"text {number}"))]) },
        };

        var group = (await mesh.Client.SubmitAsync(body.ToJsonString())).Text("group_id");
        await Eventually.SeeAsync("every part has completed", () => mesh.Client.GetAsync($"groups/{group}?wait=10s"), seen => seen.Number("completed") == 20, () => mesh.Process.Tail);
        var answer = JsonDocument.Parse(await mesh.Client.TextAsync($"groups/{group}/embeddings")).RootElement;

        Assert.Equal(
            Enumerable.Range(0, 1_000).Select(number => EmbeddingShapes.VectorOf($"text {number}")),
            answer.GetProperty("data").EnumerateArray().Select(vector => vector.GetProperty("embedding").EnumerateArray().Select(number => number.GetSingle())));
        Assert.NotEmpty(broken.Server.Bodies);
    }
}
