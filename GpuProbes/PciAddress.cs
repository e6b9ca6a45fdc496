namespace Aurora.GpuProbes;

/// <summary>Brings the spellings of a PCI address to one, <c>0000:01:00.0</c>, so that probes can be compared.</summary>
internal static class PciAddress
{
    /// <summary>Null for anything that is no PCI address.</summary>
    public static string? Normalize(string? address)
    {
        var parts = address?.Trim().Split(':');
        if (parts is not { Length: 2 or 3 })
        {
            return null;
        }

        // NVIDIA prints an eight digit domain, sysfs four, and Windows tools often none.
        var domain = parts.Length == 3 ? Hex(parts[0]) : 0;
        var slot = parts[^1].Split('.');
        if (slot.Length != 2 || domain is null || Hex(parts[^2]) is not { } bus
            || Hex(slot[0]) is not { } device || Hex(slot[1]) is not { } function)
        {
            return null;
        }

        return $"{domain:x4}:{bus:x2}:{device:x2}.{function:x}";
    }

    private static uint? Hex(string digits) =>
        uint.TryParse(digits, System.Globalization.NumberStyles.AllowHexSpecifier, null, out var value) ? value : null;
}
