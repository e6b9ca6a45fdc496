using System.Globalization;
using System.Text.RegularExpressions;

namespace Aurora.GpuProbes.Apple;

/// <summary>Reads what macOS prints of its GPU.</summary>
internal static partial class AppleOutputs
{
    /// <summary>The chip's name from <c>system_profiler … -json</c>; null where no GPU is Apple's own.</summary>
    public static string? ParseModel(string output)
    {
        foreach (var display in JsonPath.Parse(output)?.At("SPDisplaysDataType").Items() ?? [])
        {
            var model = display.TextAt("sppci_model") ?? display.TextAt("_name");
            var vendor = display.TextAt("spdisplays_vendor");
            if (model is not null && (model.StartsWith("Apple", StringComparison.Ordinal) || vendor?.Contains("Apple", StringComparison.Ordinal) == true))
            {
                return model;
            }
        }

        return null;
    }

    /// <summary>The load from <c>ioreg -c IOAccelerator</c>; null when it holds none.</summary>
    public static GpuReading? ParseLoad(string output, string key)
    {
        var utilization = Number(UtilizationPattern(), output);
        var memory = Number(MemoryPattern(), output);
        return utilization is null && memory is null ? null : new GpuReading(key)
        {
            Utilization = VendorNumber.Ratio(utilization),
            MemoryUsedBytes = VendorNumber.Bytes(memory, 1),
        };
    }

    private static double? Number(Regex pattern, string output) =>
        pattern.Match(output) is { Success: true } match
        && long.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    [GeneratedRegex("\"Device Utilization %\"\\s*=\\s*([0-9]+)", RegexOptions.CultureInvariant)]
    private static partial Regex UtilizationPattern();

    // The closing quote keeps out "In use system memory (driver)", which is another number.
    [GeneratedRegex("\"In use system memory\"\\s*=\\s*([0-9]+)", RegexOptions.CultureInvariant)]
    private static partial Regex MemoryPattern();
}
