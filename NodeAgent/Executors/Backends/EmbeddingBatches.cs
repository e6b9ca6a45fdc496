using System.Text.Json.Nodes;

namespace Aurora.NodeAgent.Executors.Backends;

/// <summary>Cuts a long embeddings request into several and puts the answers together again.</summary>
internal static class EmbeddingBatches
{
    /// <summary>
    /// The inputs of each request, in order; one request where the input is a single text. A list of numbers is one text too,
    /// as its tokens.
    /// </summary>
    public static IReadOnlyList<JsonNode> Split(JsonNode input, int batchSize) =>
        input is JsonArray { Count: > 0 } list && list.Count > batchSize && !IsNumber(list[0])
            ? [.. list.Select(item => item?.DeepClone()).Chunk(batchSize).Select(chunk => (JsonNode)new JsonArray(chunk))]
            : [input];

    /// <summary>The first answer with the vectors of all of them, indexed through, and the sum of their usage.</summary>
    public static JsonObject Join(IReadOnlyList<JsonObject> answers)
    {
        var joined = (JsonObject)answers[0].DeepClone();
        var vectors = new JsonArray();
        foreach (var vector in answers.SelectMany(InOrder))
        {
            vector["index"] = vectors.Count;
            vectors.Add((JsonNode)vector);
        }

        joined["data"] = vectors;
        if (joined["usage"] is JsonObject usage)
        {
            foreach (var name in usage.Where(member => IsNumber(member.Value)).Select(member => member.Key).ToList())
            {
                usage[name] = answers.Sum(answer => Number((answer["usage"] as JsonObject)?[name]));
            }
        }

        return joined;
    }

    private static IEnumerable<JsonObject> InOrder(JsonObject answer) =>
        (answer["data"] as JsonArray ?? []).OfType<JsonObject>().Select(vector => (JsonObject)vector.DeepClone()).OrderBy(vector => Number(vector["index"]));

    private static bool IsNumber(JsonNode? node) => node is JsonValue value && value.GetValueKind() == System.Text.Json.JsonValueKind.Number;

    private static long Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<long>(out var number) ? number : 0;
}
