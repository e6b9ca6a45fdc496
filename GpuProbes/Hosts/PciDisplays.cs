namespace Aurora.GpuProbes.Hosts;

/// <summary>The display controllers on the PCI bus as Linux lists them, whether a driver has taken them or not.</summary>
internal static class PciDisplays
{
    private const string Folder = "sys/bus/pci/devices";
    private const string Nvidia = "0x10de";

    // The base class of display controllers, PCI Code and ID Assignment Specification: VGA, 3D and others.
    private const string DisplayClass = "0x03";

    /// <summary>The address of the first one of NVIDIA's; null for none, and where there is no such list.</summary>
    public static string? FirstNvidia(HostFiles files) => files.Entries(Folder).FirstOrDefault(device =>
        string.Equals(files.Text($"{Folder}/{device}/vendor"), Nvidia, StringComparison.OrdinalIgnoreCase)
        && files.Text($"{Folder}/{device}/class")?.StartsWith(DisplayClass, StringComparison.Ordinal) == true);
}
