using System.Text.Json.Nodes;

namespace Aurora.Client.Abstractions.Requests;

/// <summary>Vectors for texts, in the order of the texts.</summary>
/// <param name="Input">At least one text.</param>
public sealed record EmbeddingsRequest(IReadOnlyList<string> Input) : MeshTaskRequest("embeddings")
{
    /// <summary>Texts sent to the model at once; null leaves it to the node.</summary>
    public int? BatchSize { get; init; }

    internal override MeshTaskRequest At(int index) => (EmbeddingsRequest)base.At(index) with { Input = ArrayIndex.In(Input, index)! };

    /// <inheritdoc/>
    protected override void AddMembers(JsonObject body)
    {
        if (body["payload"] is not JsonObject payload)
        {
            body["payload"] = payload = [];
        }

        payload["input"] = new JsonArray([.. Input.Select(text => JsonValue.Create(text))]);
        Set((JsonObject)body["requirements"]!, "batch_size", BatchSize);
    }

    /// <inheritdoc/>
    protected override (string Field, string Message)? Refuse() =>
        Input.Count == 0 ? ("payload.input", "needs at least one text")
        : BatchSize is < 1 ? ("requirements.batch_size", "must be at least 1")
        : null;
}
