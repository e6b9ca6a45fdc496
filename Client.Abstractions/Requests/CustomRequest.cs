using System.Text.Json.Nodes;

namespace Aurora.Client.Abstractions.Requests;

/// <summary>A program of the caller's on a node that allows scripts. Set exactly one of the two sources.</summary>
public sealed record CustomRequest() : MeshTaskRequest("custom")
{
    /// <summary>The name of a file in the node's scripts directory.</summary>
    public string? Script { get; init; }

    /// <summary>The source itself, for nodes that allow any script.</summary>
    public string? ScriptSource { get; init; }

    /// <summary>The script's arguments.</summary>
    public IReadOnlyList<string>? Arguments { get; init; }

    internal override MeshTaskRequest At(int index) => (CustomRequest)base.At(index) with
    {
        Script = ArrayIndex.In(Script, index),
        ScriptSource = ArrayIndex.In(ScriptSource, index),
        Arguments = ArrayIndex.In(Arguments, index),
    };

    /// <inheritdoc/>
    protected override void AddMembers(JsonObject body)
    {
        Set(body, "script", Script);
        Set(body, "script_source", ScriptSource);
        if (Arguments is not null)
        {
            body["args"] = new JsonArray([.. Arguments.Select(argument => JsonValue.Create(argument))]);
        }
    }

    /// <inheritdoc/>
    protected override (string Field, string Message)? Refuse() =>
        string.IsNullOrEmpty(Script) == string.IsNullOrEmpty(ScriptSource) ? ("script", "is required, or script_source, and not both") : null;
}
