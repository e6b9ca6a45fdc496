using System.Globalization;

namespace Aurora.NodeAgent.Agent;

/// <summary>CPU use of the host between two looks, 0 to 1. Where the host does not tell (no /proc), this process's own share.</summary>
internal sealed class HostLoad(TimeProvider time)
{
    private (double Busy, double Total) last;

    public double Measure()
    {
        var now = Read();
        var total = now.Total - last.Total;
        var load = total <= 0 ? 0 : Math.Clamp((now.Busy - last.Busy) / total, 0, 1);
        last = now;
        return load;
    }

    private (double Busy, double Total) Read()
    {
        try
        {
            if (OperatingSystem.IsLinux() && File.ReadLines("/proc/stat").FirstOrDefault() is { } line)
            {
                // cpu user nice system idle iowait irq softirq steal …, in ticks
                var ticks = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..]
                    .Select(field => double.Parse(field, CultureInfo.InvariantCulture)).Take(8).ToArray();
                var total = ticks.Sum();
                return (total - ticks[3] - ticks[4], total);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            // Some sandboxes hide or shorten /proc/stat; the process's own share is better than nothing.
        }

        return (Environment.CpuUsage.TotalTime.TotalSeconds, time.GetTimestamp() / (double)time.TimestampFrequency * Environment.ProcessorCount);
    }
}
