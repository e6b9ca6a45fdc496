using System.Text.Json;

namespace Aurora.Client.Abstractions.Views;

/// <summary>One node's part of a task of several nodes.</summary>
/// <param name="Gpus">Indexes of the node's GPUs.</param>
public sealed record GangPart(string Node, IReadOnlyList<int> Gpus)
{
    /// <summary>Whether it ended well; the task is completed with the last one.</summary>
    public bool Ended { get; init; }

    /// <summary>Null for what the mesh did not write: the task's own member may have the name while it waits.</summary>
    internal static IReadOnlyList<GangPart>? Read(JsonElement gang)
    {
        if (gang.ValueKind is not JsonValueKind.Array)
        {
            return null;
        }

        var parts = new List<GangPart>();
        foreach (var part in gang.EnumerateArray())
        {
            if (part.ValueKind is not JsonValueKind.Object
                || !part.TryGetProperty("node", out var node) || node.ValueKind is not JsonValueKind.String
                || !part.TryGetProperty("gpus", out var gpus) || gpus.ValueKind is not JsonValueKind.Array
                || !part.TryGetProperty("ended", out var ended) || ended.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            {
                return null;
            }

            parts.Add(new GangPart(node.GetString()!, [.. gpus.EnumerateArray().Select(gpu => gpu.TryGetInt32(out var index) ? index : 0)]) { Ended = ended.GetBoolean() });
        }

        return parts;
    }
}
