namespace Aurora.GpuProbes.Hosts;

/// <summary>Product names from the tables that a Linux system keeps of PCI devices.</summary>
internal static class PciNames
{
    private static readonly string[] Tables = ["usr/share/misc/pci.ids", "usr/share/hwdata/pci.ids"];

    /// <summary>The name of a device, such as <c>Arc A770</c> for 8086:56a0, or null.</summary>
    /// <param name="vendor">Four hexadecimal digits, with or without 0x.</param>
    /// <param name="device">Likewise.</param>
    public static string? Find(HostFiles files, string vendor, string? device)
    {
        if (device is null)
        {
            return null;
        }

        var vendorLine = Digits(vendor) + "  ";
        var deviceLine = "\t" + Digits(device) + "  ";
        foreach (var table in Tables)
        {
            var inVendor = false;

            // Trimmed lines would lose the tab that tells a device from a vendor.
            foreach (var line in files.Text(table)?.Split('\n') ?? [])
            {
                if (line.Length > 0 && line[0] is not ('\t' or '#'))
                {
                    inVendor = line.StartsWith(vendorLine, StringComparison.OrdinalIgnoreCase);
                }
                else if (inVendor && line.StartsWith(deviceLine, StringComparison.OrdinalIgnoreCase))
                {
                    return Marketing(line[deviceLine.Length..].Trim());
                }
            }
        }

        return null;
    }

    // "DG2 [Arc A770]": the chip's name, then in brackets the name on the box.
    private static string Marketing(string name)
    {
        var open = name.LastIndexOf('[');
        return open >= 0 && name.EndsWith(']') ? name[(open + 1)..^1] : name;
    }

    private static string Digits(string id) => id.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? id[2..] : id;
}
