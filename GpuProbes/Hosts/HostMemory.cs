using System.Globalization;

namespace Aurora.GpuProbes.Hosts;

/// <summary>The host's memory in bytes, for GPUs that share it.</summary>
internal readonly record struct HostMemory(long TotalBytes, long AvailableBytes)
{
    /// <summary>Reads <c>/proc/meminfo</c>; null where there is none.</summary>
    public static HostMemory? Read(HostFiles files)
    {
        long? total = null;
        long? available = null;
        foreach (var line in files.Lines("proc/meminfo"))
        {
            total ??= Value(line, "MemTotal:");
            available ??= Value(line, "MemAvailable:");
        }

        return total is { } bytes ? new HostMemory(bytes, available ?? 0) : null;
    }

    private static long? Value(string line, string name) =>
        line.StartsWith(name, StringComparison.Ordinal)
        && line[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var kibibytes, ..]
        && long.TryParse(kibibytes, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number * 1024
            : null;
}
