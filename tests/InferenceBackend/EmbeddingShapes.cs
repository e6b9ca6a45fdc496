using System.Buffers.Binary;
using System.Text.Json.Nodes;

namespace Aurora.InferenceBackend;

/// <summary>Vectors that only a test can love: eight sums over the letters of a text.</summary>
public static class EmbeddingShapes
{
    private const int Dimensions = 8;

    /// <summary>The vector of a text.</summary>
    public static IReadOnlyList<float> VectorOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var vector = new float[Dimensions];
        for (var at = 0; at < text.Length; at++)
        {
            vector[at % Dimensions] += text[at] / 128f;
        }

        return vector;
    }

    internal static JsonObject Answer(JsonObject request)
    {
        var inputs = request["input"] is JsonArray list ? list.Select(item => item!.ToString()).ToList() : [request["input"]!.ToString()];
        var asBase64 = (string?)request["encoding_format"] == "base64";
        return new JsonObject
        {
            ["object"] = "list",
            ["model"] = request["model"]!.DeepClone(),
            ["data"] = new JsonArray([.. inputs.Select((text, index) => new JsonObject
            {
                ["object"] = "embedding",
                ["index"] = index,
                ["embedding"] = Encode(VectorOf(text), asBase64),
            })]),
            ["usage"] = new JsonObject { ["prompt_tokens"] = inputs.Count, ["total_tokens"] = inputs.Count },
        };
    }

    private static JsonNode Encode(IReadOnlyList<float> vector, bool asBase64)
    {
        if (!asBase64)
        {
            return new JsonArray([.. vector.Select(number => (JsonNode)number)]);
        }

        var bytes = new byte[vector.Count * sizeof(float)];
        for (var at = 0; at < vector.Count; at++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(at * sizeof(float)), vector[at]);
        }

        return Convert.ToBase64String(bytes);
    }
}
