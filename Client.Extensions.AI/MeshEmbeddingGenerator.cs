using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aurora.Client.Extensions.AI;

/// <summary>Vectors of a model of the mesh. A gateway shares many texts out among the nodes that have the model.</summary>
internal sealed class MeshEmbeddingGenerator(IAuroraMesh mesh, string? model) : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly EmbeddingGeneratorMetadata metadata = new("aurora", providerUri: null, model);

    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        JsonNode?[] input = [.. values.Select(value => (JsonNode?)value)];
        if (input.Length == 0)
        {
            return [];
        }

        var body = new JsonObject { ["model"] = options?.ModelId ?? model, ["input"] = new JsonArray(input) };
        if (options?.Dimensions is { } dimensions)
        {
            body["dimensions"] = dimensions;
        }

        var answer = await mesh.InferAsync(new OpenAiRequest(OpenAiRequest.Embeddings, body), cancellationToken).ConfigureAwait(false);
        var embeddings = ChatAnswer.Items(answer, "data").OrderBy(IndexOf).Select(item => new Embedding<float>(VectorOf(item))
        {
            ModelId = ChatAnswer.Text(answer, "model"),
        });
        var generated = new GeneratedEmbeddings<Embedding<float>>(embeddings) { Usage = ChatAnswer.UsageOf(answer) };
        return generated.Count == input.Length
            ? generated
            : throw new Abstractions.Failures.InferenceFailedException($"The model answered {input.Length} texts with {generated.Count} vectors.");
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(EmbeddingGeneratorMetadata) ? metadata
        : serviceType == typeof(IAuroraMesh) ? mesh
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    public void Dispose()
    {
        // The mesh is whoever's who made it.
    }

    private static int IndexOf(JsonElement item) => item.TryGetProperty("index", out var index) && index.TryGetInt32(out var number) ? number : 0;

    private static float[] VectorOf(JsonElement item) => [.. ChatAnswer.Items(item, "embedding").Select(number => number.GetSingle())];
}
