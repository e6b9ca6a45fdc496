using Aurora.GpuProbes.Hosts;

namespace Aurora.GpuProbes.Amd;

/// <summary>The product name of an AMD GPU. Cards of one device id are told apart by their revision.</summary>
internal static class AmdNames
{
    private const string Table = "usr/share/libdrm/amdgpu.ids";

    /// <summary>Never empty: at worst the device id in words.</summary>
    public static string Find(HostFiles files, string? device, string? revision, string? productName)
    {
        if (!string.IsNullOrEmpty(productName))
        {
            return Branded(productName);
        }

        // "744C,	C8,	AMD Radeon RX 7900 XTX"
        foreach (var line in files.Lines(Table))
        {
            if (line.Split(',', 3, StringSplitOptions.TrimEntries) is [var id, var rev, var name]
                && Same(id, device) && Same(rev, revision))
            {
                return Branded(name);
            }
        }

        return Branded(PciNames.Find(files, "1002", device) ?? $"GPU {device}");
    }

    private static string Branded(string name) => name.StartsWith("AMD", StringComparison.Ordinal) ? name : "AMD " + name;

    private static bool Same(string digits, string? id) =>
        id is not null && string.Equals("0x" + digits, id, StringComparison.OrdinalIgnoreCase);
}
