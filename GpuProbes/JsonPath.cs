using System.Text.Json;

namespace Aurora.GpuProbes;

/// <summary>Looks into JSON of a tool whose shape changes between versions: what is not there is null.</summary>
internal static class JsonPath
{
    /// <summary>The value under the names, one inside the other.</summary>
    public static JsonElement? At(this JsonElement element, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return null;
            }
        }

        return element;
    }

    /// <summary>The text under the names; null when it is empty, "N/A" or no text.</summary>
    public static string? TextAt(this JsonElement element, params ReadOnlySpan<string> names) =>
        element.At(names) is { ValueKind: JsonValueKind.String } text
        && text.GetString()!.Trim() is { Length: > 0 } value && value != "N/A"
            ? value
            : null;

    /// <summary>The elements of an array, or none.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    /// <summary>Parses a tool's output, which may carry warnings before the JSON; null when there is none.</summary>
    public static JsonElement? Parse(string output)
    {
        var start = output.AsSpan().IndexOfAny('{', '[');
        try
        {
            return start < 0 ? null : JsonElement.Parse(output.AsSpan(start));
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
