using System.Text.Json;

namespace Aurora.GpuProbes.Amd;

/// <summary>
/// Reads the JSON of <c>rocm-smi</c>: one object for each card, whose members are named for people and change their
/// case and their sensor between versions.
/// </summary>
internal static class RocmSmiJson
{
    public static IReadOnlyList<ProbedGpu> ParseGpus(string output) =>
        [.. Cards(output).Select(card => new ProbedGpu(card.Name, Find(card.Value, "Card Series") ?? Find(card.Value, "Card Model") ?? "AMD GPU")
        {
            Uuid = Find(card.Value, "Unique ID") is { } id ? "GPU-" + (id.StartsWith("0x", StringComparison.Ordinal) ? id[2..] : id) : null,
            PciId = PciAddress.Normalize(Find(card.Value, "PCI Bus")),
            MemoryBytes = VendorNumber.Bytes(Number(card.Value, "VRAM Total Memory (B)"), 1),
        })];

    public static IReadOnlyList<GpuReading> ParseReadings(string output) =>
        [.. Cards(output).Select(card => new GpuReading(card.Name)
        {
            MemoryUsedBytes = VendorNumber.Bytes(Number(card.Value, "VRAM Total Used Memory (B)"), 1),
            Utilization = VendorNumber.Ratio(Number(card.Value, "GPU use (%)")),
            TemperatureCelsius = Number(card.Value, "Temperature (Sensor edge) (C)") ?? Number(card.Value, "Temperature (Sensor junction) (C)"),
            PowerWatts = Number(card.Value, "Average Graphics Package Power (W)") ?? Number(card.Value, "Current Socket Graphics Package Power (W)"),
        })];

    private static IEnumerable<JsonProperty> Cards(string output) =>
        JsonPath.Parse(output) is { ValueKind: JsonValueKind.Object } root
            ? root.EnumerateObject().Where(card => card.Name.StartsWith("card", StringComparison.Ordinal) && card.Value.ValueKind == JsonValueKind.Object)
            : [];

    private static double? Number(JsonElement card, string name) => VendorNumber.Parse(Find(card, name));

    private static string? Find(JsonElement card, string name)
    {
        foreach (var member in card.EnumerateObject())
        {
            if (string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase) && member.Value.ToString() is { Length: > 0 } text && text != "N/A")
            {
                return text;
            }
        }

        return null;
    }
}
