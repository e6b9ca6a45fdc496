using System.Text.Json;
using Aurora.GatewayApi.Json;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Embeddings;

/// <summary>Puts the answers to the parts of a request together: one list of vectors in the order of the inputs, part by part, never all of it in memory.</summary>
internal static class EmbeddingAnswer
{
    private const int FlushBytes = 64 << 10;

    /// <summary>Vectors in the answer to a part; null when it is none.</summary>
    public static int? CountIn(string? result)
    {
        try
        {
            using var answer = JsonDocument.Parse(result ?? "null");
            return VectorsOf(answer.RootElement)?.GetArrayLength();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes the whole answer. Every part has completed with vectors.</summary>
    public static async Task WriteAsync(HttpContext context, IAsyncEnumerable<TaskView> parts)
    {
        var body = context.Response.BodyWriter;
        context.Response.ContentType = JsonAnswer.MediaType;
        await using var writer = new Utf8JsonWriter(body, JsonAnswer.WriterOptions);
        var usage = new SortedDictionary<string, long>(StringComparer.Ordinal);
        string? model = null;
        var index = 0;
        writer.WriteStartObject();
        writer.WriteString("object", "list");
        writer.WriteStartArray("data");
        await foreach (var part in parts)
        {
            using var answer = JsonDocument.Parse(part.Result ?? "null");
            foreach (var vector in InOrder(answer.RootElement))
            {
                WriteVector(writer, vector, index++);
                if (writer.BytesPending > FlushBytes)
                {
                    await writer.FlushAsync(context.RequestAborted);
                }
            }

            model ??= answer.RootElement.TryGetProperty("model", out var name) && name.ValueKind is JsonValueKind.String ? name.GetString() : null;
            AddUsage(usage, answer.RootElement);
        }

        writer.WriteEndArray();
        writer.WriteString("model", model);
        writer.WriteStartObject("usage");
        foreach (var (name, count) in usage)
        {
            writer.WriteNumber(name, count);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static JsonElement? VectorsOf(JsonElement answer) =>
        answer.ValueKind is JsonValueKind.Object && answer.TryGetProperty("data", out var data) && data.ValueKind is JsonValueKind.Array
        && data.EnumerateArray().All(vector => vector.ValueKind is JsonValueKind.Object) ? data : null;

    private static IEnumerable<JsonElement> InOrder(JsonElement answer) =>
        VectorsOf(answer) is { } vectors
            ? vectors.EnumerateArray().OrderBy(vector => vector.TryGetProperty("index", out var index) && index.TryGetInt32(out var number) ? number : 0)
            : [];

    private static void WriteVector(Utf8JsonWriter writer, JsonElement vector, int index)
    {
        writer.WriteStartObject();
        foreach (var member in vector.EnumerateObject().Where(member => member.Name != "index"))
        {
            member.WriteTo(writer);
        }

        writer.WriteNumber("index", index);
        writer.WriteEndObject();
    }

    private static void AddUsage(SortedDictionary<string, long> usage, JsonElement answer)
    {
        if (answer.TryGetProperty("usage", out var said) && said.ValueKind is JsonValueKind.Object)
        {
            foreach (var member in said.EnumerateObject())
            {
                if (member.Value.ValueKind is JsonValueKind.Number && member.Value.TryGetInt64(out var count))
                {
                    usage[member.Name] = usage.GetValueOrDefault(member.Name) + count;
                }
            }
        }
    }
}
