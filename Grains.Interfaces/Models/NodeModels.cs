using System.Text.Json;

namespace Aurora.Grains.Interfaces.Models;

/// <summary>What a node's announced facts say of its inference servers.</summary>
/// <param name="Available">The models that it serves, by their own names.</param>
/// <param name="Loaded">Those of them that are in memory.</param>
/// <param name="Slots">Requests that its servers work at once; null when it does not say.</param>
public sealed record NodeModels(IReadOnlyList<string> Available, IReadOnlyList<string> Loaded, int? Slots)
{
    /// <summary>What the machine costs by the hour; null when it does not say.</summary>
    public double? PricePerHour { get; init; }

    /// <summary>Context tokens that its servers read per second, one request at a time; null when it does not say.</summary>
    public double? PrefillTokensPerSecond { get; init; }

    /// <summary>Tokens that they write per second for each request; null when it does not say.</summary>
    public double? DecodeTokensPerSecond { get; init; }

    /// <summary>What loaded models take of the GPUs' memory, by canonical name, where their servers tell.</summary>
    public IReadOnlyDictionary<string, long> VramBytes { get; init; } = new Dictionary<string, long>();

    /// <summary>Reads <c>models_available</c>, <c>models_loaded</c>, <c>models_vram_bytes</c>, <c>inference_slots</c>, <c>prefill_tokens_per_s</c> and <c>decode_tokens_per_s</c>; null for a node that says nothing of models.</summary>
    public static NodeModels? Parse(string facts)
    {
        // Most nodes of a mesh, and all old clients, say nothing.
        if (facts is null || !facts.Contains("\"models_available\"", StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(facts);
            var root = document.RootElement;
            return root.ValueKind is JsonValueKind.Object && root.TryGetProperty("models_available", out var available) && available.ValueKind is JsonValueKind.Array
                ? new NodeModels(
                    Texts(available),
                    root.TryGetProperty("models_loaded", out var loaded) && loaded.ValueKind is JsonValueKind.Array ? Texts(loaded) : [],
                    root.TryGetProperty("inference_slots", out var slots) && slots.ValueKind is JsonValueKind.Number && slots.TryGetInt32(out var count) && count > 0
                        ? count
                        : null)
                {
                    PricePerHour = root.TryGetProperty("price", out var price) && price.ValueKind is JsonValueKind.Object
                        && price.TryGetProperty("per_hour", out var perHour) && perHour.ValueKind is JsonValueKind.Number && perHour.TryGetDouble(out var amount)
                            ? amount
                            : null,
                    PrefillTokensPerSecond = Rate(root, "prefill_tokens_per_s"),
                    DecodeTokensPerSecond = Rate(root, "decode_tokens_per_s"),
                    VramBytes = root.TryGetProperty("models_vram_bytes", out var vram) && vram.ValueKind is JsonValueKind.Object ? Sizes(vram) : new Dictionary<string, long>(),
                }
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No JSON, or half of a surrogate pair in a name.
            return null;
        }
    }

    private static double? Rate(JsonElement facts, string name) =>
        facts.TryGetProperty(name, out var told) && told.ValueKind is JsonValueKind.Number && told.TryGetDouble(out var rate) && rate is > 0 and < 1e9 ? rate : null;

    private static Dictionary<string, long> Sizes(JsonElement sizes)
    {
        var bytes = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var size in sizes.EnumerateObject())
        {
            if (size.Value.ValueKind is JsonValueKind.Number && size.Value.TryGetInt64(out var value) && value >= 0)
            {
                bytes[ModelName.Canonical(size.Name)] = value;
            }
        }

        return bytes;
    }

    private static string[] Texts(JsonElement array) =>
        [.. array.EnumerateArray().Where(item => item.ValueKind is JsonValueKind.String).Select(item => item.GetString()!).Where(text => text.Length > 0)];
}
