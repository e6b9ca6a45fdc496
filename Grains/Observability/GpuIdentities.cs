using System.Text.Json;
using System.Text.RegularExpressions;
using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.Grains.Observability;

/// <summary>What the labels of <c>aurora_gpu_info</c> say, from what a node announced.</summary>
internal static partial class GpuIdentities
{
    // Nodes may announce any text; a label is for people and for joins.
    private const int LengthMax = 96;

    private static readonly string[] Vendors = ["NVIDIA", "AMD", "Intel", "Apple"];

    public static GpuIdentity[] Of(NodeRegistration registration)
    {
        var driver = DriverIn(registration.Facts);
        return [.. registration.Gpus.Select(gpu => new GpuIdentity(
            gpu.Index, Short(gpu.Uuid), Short(gpu.Type), VendorOf(gpu.Type), driver, MigProfile().Match(gpu.Type).Value))];
    }

    private static string VendorOf(string type) =>
        Vendors.FirstOrDefault(vendor => type.Contains(vendor, StringComparison.OrdinalIgnoreCase))
        ?? (type.Contains("Radeon", StringComparison.OrdinalIgnoreCase) ? "AMD" : NvidiaFamily().IsMatch(type) ? "NVIDIA" : "");

    private static string DriverIn(string facts)
    {
        try
        {
            using var document = JsonDocument.Parse(facts);
            return document.RootElement.ValueKind is JsonValueKind.Object
                && document.RootElement.TryGetProperty("driver_version", out var version) && version.ValueKind is JsonValueKind.String
                    ? Short(version.GetString())
                    : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }

    private static string Short(string? text) => text is null ? "" : text.Length <= LengthMax ? text : text[..LengthMax];

    // "NVIDIA A100-SXM4-40GB MIG 1g.5gb", as NVML names the devices of a shared GPU.
    [GeneratedRegex(@"\b\d+g\.\d+gb\b")]
    private static partial Regex MigProfile();

    // How people state NVIDIA's GPUs without the maker's name.
    [GeneratedRegex(@"\b(GeForce|RTX|GTX|Tesla|Quadro|[ABHL]\d{1,3}0?)\b", RegexOptions.IgnoreCase)]
    private static partial Regex NvidiaFamily();
}
