using System.Text.Json.Nodes;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Client.Tests.Conformance;

/// <summary>What needs a node that runs scripts and has an inference server.</summary>
public abstract class RealMeshConformance(RealMesh real) : MeshConformance
{
    protected RealMesh Real { get; } = real;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_log_is_followed_while_it_is_written_and_read_from_any_position()
    {
        using var files = new TemporaryDirectory();
        var go = Path.Combine(files.Path, "go");
        var handle = await Mesh.SubmitAsync(
            new CustomRequest { GpuCount = 0, ScriptSource = $"echo one; echo hm >&2; echo '{{\"progress\":0.5}}'; until [ -e {go} ]; do sleep 0.05; done; echo two", Members = new JsonObject { ["interpreter"] = "bash" } },
            cancellationToken: Cancellation);

        var pieces = new List<TaskOutput>();
        await foreach (var piece in handle.LogsAsync(cancellationToken: Cancellation))
        {
            pieces.Add(piece);
            if (TextOf(pieces, TaskOutputKind.Stdout).Contains("one", StringComparison.Ordinal))
            {
                await File.WriteAllTextAsync(go, "", Cancellation);
            }
        }

        Assert.Contains("one\n", TextOf(pieces, TaskOutputKind.Stdout), StringComparison.Ordinal);
        Assert.EndsWith("two\n", TextOf(pieces, TaskOutputKind.Stdout), StringComparison.Ordinal);
        Assert.Equal("hm\n", TextOf(pieces, TaskOutputKind.Stderr));
        Assert.Equal(0.5, JsonNode.Parse(Assert.Single(pieces, piece => piece.Kind is TaskOutputKind.Progress).Text)!["progress"]!.GetValue<double>());
        Assert.All(pieces, piece => Assert.Equal(1, piece.Attempt));

        var rest = await handle.LogsAsync(follow: false, pieces[0].Position + 1, Cancellation).ToListAsync(Cancellation);
        Assert.Equal(pieces.Skip(1).Select(piece => piece.Text), rest.Select(piece => piece.Text));
    }

    [Fact]
    public async Task A_model_answers_whole_and_as_it_writes()
    {
        var model = await Eventually.SeeAsync(
            "the node offers its models", () => Mesh.ListModelsAsync(Cancellation), models => models.Any(known => known.Name == "test-chat" && known.Nodes.Count == 1));
        Assert.Contains(model, known => known.Name == "test-embed");
        var request = new OpenAiRequest(OpenAiRequest.Chat, new JsonObject
        {
            ["model"] = "test-chat",
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Hello" }),
        });

        var whole = await Mesh.InferAsync(request, Cancellation);
        var pieces = await Mesh.StreamAsync(request, Cancellation).ToListAsync(Cancellation);

        const string Answer = "word0 word1 word2 word3 word4";
        Assert.Equal(Answer, whole.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
        Assert.Equal(Answer, string.Concat(pieces.Select(piece => piece.GetProperty("choices")[0].GetProperty("delta").GetProperty("content").GetString())));

        var missing = new OpenAiRequest(OpenAiRequest.Chat, new JsonObject { ["model"] = "nobody", ["messages"] = new JsonArray() });
        Assert.Equal("model_not_found", (await Assert.ThrowsAsync<InferenceFailedException>(() => Mesh.InferAsync(missing, Cancellation))).Code);
    }

    private static string TextOf(IEnumerable<TaskOutput> pieces, TaskOutputKind kind) => string.Concat(pieces.Where(piece => piece.Kind == kind).Select(piece => piece.Text));
}
