using System.Globalization;

namespace Aurora.GpuProbes.Hosts;

/// <summary>One graphics card under <c>/sys/class/drm</c>.</summary>
/// <param name="Path">Of the card's folder, relative to the root.</param>
internal sealed record DrmCard(string Path, string Name)
{
    private const string Folder = "sys/class/drm";

    /// <summary>Of the PCI device behind the card.</summary>
    public string DevicePath => Path + "/device";

    /// <summary>The cards of one PCI vendor, such as <c>0x1002</c>.</summary>
    public static IReadOnlyList<DrmCard> OfVendor(HostFiles files, string vendor) =>
        [.. files.Entries(Folder)
            .Where(IsCard)
            .OrderBy(name => int.Parse(name["card".Length..], CultureInfo.InvariantCulture))
            .Select(name => new DrmCard($"{Folder}/{name}", name))
            .Where(card => string.Equals(files.Text(card.DevicePath + "/vendor"), vendor, StringComparison.OrdinalIgnoreCase))];

    public string? PciId(HostFiles files) =>
        files.Lines(DevicePath + "/uevent")
            .Where(line => line.StartsWith("PCI_SLOT_NAME=", StringComparison.Ordinal))
            .Select(line => PciAddress.Normalize(line["PCI_SLOT_NAME=".Length..]))
            .FirstOrDefault();

    /// <summary>The first hwmon value of the named files, divided by the given unit; null when there is none.</summary>
    public double? Sensor(HostFiles files, double unit, params ReadOnlySpan<string> names)
    {
        foreach (var hwmon in files.Entries(DevicePath + "/hwmon"))
        {
            foreach (var name in names)
            {
                if (files.Number($"{DevicePath}/hwmon/{hwmon}/{name}") is { } value)
                {
                    return value / unit;
                }
            }
        }

        return null;
    }

    // Connectors such as card0-DP-1 and render nodes lie in the same folder.
    private static bool IsCard(string name) =>
        name.StartsWith("card", StringComparison.Ordinal) && name.Length is > 4 and < 9 && name.AsSpan(4).IndexOfAnyExceptInRange('0', '9') < 0;
}
