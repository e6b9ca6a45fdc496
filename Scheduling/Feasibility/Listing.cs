using System.Globalization;
using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Feasibility;

/// <summary>Lists and counts as people read them.</summary>
internal static class Listing
{
    private const int NamesMax = 5;

    /// <summary>The different names in order, the first few of many; "nothing" for none.</summary>
    public static string Print(IEnumerable<string> names)
    {
        var distinct = names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return distinct.Count switch
        {
            0 => "nothing",
            <= NamesMax => string.Join(", ", distinct),
            _ => $"{string.Join(", ", distinct.Take(NamesMax))} and {distinct.Count - NamesMax} more",
        };
    }

    /// <summary>Cores with one decimal where needed, and GB.</summary>
    public static string Host(HostShare host) =>
        $"{(Math.Max(0, host.CpuMilli) / 1000.0).ToString("0.###", CultureInfo.InvariantCulture)} cores and {Gigabytes.Print(Math.Max(0, host.MemoryBytes))} GB of host memory";

    /// <summary>The same of what a task asks for: without what it does not.</summary>
    public static string Needed(HostShare host) => host switch
    {
        { CpuMilli: <= 0 } => $"{Gigabytes.Print(host.MemoryBytes)} GB of host memory",
        { MemoryBytes: <= 0 } => $"{(host.CpuMilli / 1000.0).ToString("0.###", CultureInfo.InvariantCulture)} cores",
        _ => Host(host),
    };

    public static string Gpus(int count) => count == 1 ? "1 GPU" : $"{count} GPUs";

    public static string Nodes(int count) => count == 1 ? "1 node" : $"{count} nodes";

    public static string Each(int gpus) => gpus == 1 ? "one GPU" : $"each of {gpus} GPUs";
}
