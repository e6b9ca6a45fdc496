using System.Globalization;

namespace Aurora.Scheduling.Feasibility;

/// <summary>Memory as people read it.</summary>
internal static class Gigabytes
{
    private const double BytesPerGb = 1L << 30;

    /// <summary>GB of 2^30 bytes, whole where they are whole, else with up to two decimals.</summary>
    public static string Print(long bytes) => (bytes / BytesPerGb).ToString("0.##", CultureInfo.InvariantCulture);
}
