using System.Text.Json;

namespace Aurora.GpuProbes.Amd;

/// <summary>Reads the JSON of <c>amd-smi</c>: an array of GPUs, in newer versions inside <c>gpu_data</c>.</summary>
internal static class AmdSmiJson
{
    public static IReadOnlyList<ProbedGpu> ParseStatic(string output) =>
        [.. Gpus(output).Select(gpu =>
        {
            var serial = gpu.TextAt("asic", "asic_serial");
            var size = gpu.At("vram", "size");
            return new ProbedGpu(Key(gpu), gpu.TextAt("asic", "market_name") ?? "AMD GPU")
            {
                Uuid = serial is null ? null : "GPU-" + Digits(serial).ToLowerInvariant(),
                PciId = PciAddress.Normalize(gpu.TextAt("bus", "bdf")),
                MemoryBytes = VendorNumber.Bytes(VendorNumber.Parse(size), Unit(size)),
            };
        })];

    public static IReadOnlyList<GpuReading> ParseMetric(string output) =>
        [.. Gpus(output).Select(gpu => new GpuReading(Key(gpu))
        {
            MemoryUsedBytes = Memory(gpu.At("mem_usage", "used_vram")),
            MemoryFreeBytes = Memory(gpu.At("mem_usage", "free_vram")),
            Utilization = VendorNumber.Ratio(VendorNumber.Parse(gpu.At("usage", "gfx_activity"))),

            // Data centre cards have no edge sensor.
            TemperatureCelsius = VendorNumber.Parse(gpu.At("temperature", "edge")) ?? VendorNumber.Parse(gpu.At("temperature", "hotspot")),
            PowerWatts = VendorNumber.Parse(gpu.At("power", "socket_power")),
        })];

    private static IEnumerable<JsonElement> Gpus(string output)
    {
        var root = JsonPath.Parse(output);
        var list = root?.ValueKind == JsonValueKind.Object ? root.Value.At("gpu_data") : root;
        return list.Items().Where(gpu => gpu.At("gpu") is not null);
    }

    private static string Key(JsonElement gpu) => "amd-smi-" + gpu.At("gpu");

    private static long? Memory(JsonElement? size) => VendorNumber.Bytes(VendorNumber.Parse(size), Unit(size));

    // The tool says MB and counts in 2^20.
    private static long Unit(JsonElement? size) => size?.TextAt("unit") is "GB" or "GiB" ? 1L << 30 : 1L << 20;

    private static string Digits(string serial) => serial.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? serial[2..] : serial;
}
