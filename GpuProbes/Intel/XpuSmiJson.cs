using System.Text.Json;

namespace Aurora.GpuProbes.Intel;

/// <summary>Reads the JSON of <c>xpu-smi</c>.</summary>
internal static class XpuSmiJson
{
    private const long MiB = 1 << 20;

    /// <summary>The GPUs of <c>discovery -j</c>.</summary>
    public static IReadOnlyList<int> ParseDeviceIds(string output) =>
        [.. JsonPath.Parse(output)?.At("device_list").Items().Select(DeviceId).OfType<int>() ?? []];

    /// <summary>The GPU of <c>discovery -d N -j</c>, or null.</summary>
    public static ProbedGpu? ParseDevice(string output)
    {
        if (JsonPath.Parse(output) is not { } device || DeviceId(device) is not { } id)
        {
            return null;
        }

        return new ProbedGpu(Key(id), device.TextAt("device_name") ?? "Intel GPU")
        {
            Uuid = device.TextAt("uuid"),
            PciId = PciAddress.Normalize(device.TextAt("pci_bdf_address")),
            MemoryBytes = VendorNumber.Bytes(VendorNumber.Parse(device.At("memory_physical_size_byte")), 1),
        };
    }

    /// <summary>The reading of <c>stats -d N -j</c>, or null.</summary>
    public static GpuReading? ParseStats(string output)
    {
        if (JsonPath.Parse(output) is not { } stats || DeviceId(stats) is not { } id)
        {
            return null;
        }

        return new GpuReading(Key(id))
        {
            MemoryUsedBytes = VendorNumber.Bytes(Metric(stats, "XPUM_STATS_MEMORY_USED"), MiB),
            Utilization = VendorNumber.Ratio(Metric(stats, "XPUM_STATS_GPU_UTILIZATION")),
            TemperatureCelsius = Metric(stats, "XPUM_STATS_GPU_CORE_TEMPERATURE"),
            PowerWatts = Metric(stats, "XPUM_STATS_POWER"),
        };
    }

    private static double? Metric(JsonElement stats, string type)
    {
        foreach (var metric in stats.At("device_level").Items())
        {
            if (metric.TextAt("metrics_type") == type)
            {
                return VendorNumber.Parse(metric.At("value"));
            }
        }

        return null;
    }

    private static int? DeviceId(JsonElement device) =>
        device.At("device_id") is { ValueKind: JsonValueKind.Number } id && id.TryGetInt32(out var number) ? number : null;

    private static string Key(int id) => $"xpu-smi-{id}";
}
