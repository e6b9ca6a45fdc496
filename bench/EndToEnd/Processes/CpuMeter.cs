using System.Diagnostics;
using System.Globalization;

namespace Aurora.Bench.EndToEnd.Processes;

/// <summary>Processor time of each party to a measurement, read from <c>/proc</c>.</summary>
/// <param name="processes">Process ids by the party's name.</param>
/// <param name="postmaster">The PostgreSQL server's process, whose backends count with it, or null.</param>
internal sealed class CpuMeter(IReadOnlyDictionary<string, int> processes, int? postmaster)
{
    // The kernel's USER_HZ, fixed at 100 for everything it shows to programs.
    private const double TicksPerSecond = 100;

    public CpuTimes Read()
    {
        var seconds = processes.ToDictionary(party => party.Key, party => SecondsOf(party.Value));
        using var self = Process.GetCurrentProcess();
        seconds["client"] = self.TotalProcessorTime.TotalSeconds;
        if (postmaster is { } parent)
        {
            seconds["postgres"] = TreeSeconds(parent);
        }

        return new CpuTimes(seconds);
    }

    private static double SecondsOf(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.TotalProcessorTime.TotalSeconds;
        }
        catch (ArgumentException)
        {
            return 0;
        }
    }

    private static double TreeSeconds(int parent)
    {
        var ticks = 0L;
        foreach (var directory in Directory.EnumerateDirectories("/proc").Where(name => char.IsAsciiDigit(name[6])))
        {
            if (ReadStat(Path.Combine(directory, "stat")) is { } stat)
            {
                // Fields after the name: 1 is the parent, 11 and 12 are own time, 13 and 14 that of children that ended.
                var isParent = directory == string.Create(CultureInfo.InvariantCulture, $"/proc/{parent}");
                if (isParent || stat[1] == parent.ToString(CultureInfo.InvariantCulture))
                {
                    ticks += Ticks(stat[11]) + Ticks(stat[12]) + (isParent ? Ticks(stat[13]) + Ticks(stat[14]) : 0);
                }
            }
        }

        return ticks / TicksPerSecond;
    }

    private static string[]? ReadStat(string file)
    {
        try
        {
            var text = File.ReadAllText(file);
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long Ticks(string field) => long.Parse(field, CultureInfo.InvariantCulture);
}

/// <summary>Processor seconds by party at one moment.</summary>
internal sealed record CpuTimes(IReadOnlyDictionary<string, double> Seconds)
{
    /// <summary>Microseconds a task that each party used since an earlier moment.</summary>
    public Dictionary<string, double> PerTaskSince(CpuTimes earlier, long tasks) => Seconds.ToDictionary(
        party => party.Key,
        party => Math.Round((party.Value - earlier.Seconds.GetValueOrDefault(party.Key)) * 1e6 / tasks, 1));
}
