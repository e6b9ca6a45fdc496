using System.Text.Json.Nodes;

namespace Aurora.Client.Abstractions.Requests;

/// <summary>A training script on a node that allows scripts.</summary>
/// <param name="Script">The name of a file in the node's scripts directory.</param>
public sealed record TrainingRequest(string Script) : MeshTaskRequest("training")
{
    /// <summary>The script's arguments.</summary>
    public IReadOnlyList<string>? Arguments { get; init; }

    /// <summary>Told to the script in its environment.</summary>
    public int? Epochs { get; init; }

    /// <summary>Told to the script in its environment.</summary>
    public int? BatchSize { get; init; }

    internal override MeshTaskRequest At(int index) => (TrainingRequest)base.At(index) with { Script = ArrayIndex.In(Script, index), Arguments = ArrayIndex.In(Arguments, index) };

    /// <inheritdoc/>
    protected override void AddMembers(JsonObject body)
    {
        body["script"] = Script;
        if (Arguments is not null)
        {
            body["args"] = new JsonArray([.. Arguments.Select(argument => JsonValue.Create(argument))]);
        }

        var requirements = (JsonObject)body["requirements"]!;
        Set(requirements, "epochs", Epochs);
        Set(requirements, "batch_size", BatchSize);
    }

    /// <inheritdoc/>
    protected override (string Field, string Message)? Refuse() => string.IsNullOrEmpty(Script) ? ("script", "must be a non-empty string") : null;
}
