using System.Globalization;
using System.Text.Json;

namespace Aurora.GpuProbes;

/// <summary>Reads numbers as vendors' tools print them: "61", "[N/A]", "24564 MiB", {"value": 42, "unit": "C"}.</summary>
internal static class VendorNumber
{
    /// <summary>The number at the start of the text, or null for "[N/A]", "[Not Supported]" and other words.</summary>
    public static double? Parse(string? text)
    {
        var first = text?.Trim().Split(' ', 2)[0];
        return double.TryParse(first, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : null;
    }

    /// <summary>The number in a JSON value, which may be a number, a text, or an object with a <c>value</c>.</summary>
    public static double? Parse(JsonElement? element) => element switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number => number.TryGetDouble(out var value) && double.IsFinite(value) ? value : null,
        { ValueKind: JsonValueKind.String } text => Parse(text.GetString()),
        { ValueKind: JsonValueKind.Object } pair when pair.TryGetProperty("value", out var inner) => Parse(inner),
        _ => null,
    };

    /// <summary>A size in bytes from a number of the given unit; null for nothing, and for what no memory can be.</summary>
    public static long? Bytes(double? number, long unit) =>
        number is >= 0 && number * unit < long.MaxValue / 2 ? (long)(number * unit) : null;

    /// <summary>0 to 1 from a percentage.</summary>
    public static double? Ratio(double? percent) => percent is { } value ? Math.Clamp(value / 100, 0, 1) : null;
}
