using System.Diagnostics;

namespace Aurora.Bench.EndToEnd;

/// <summary>Latencies in milliseconds.</summary>
internal sealed record Latency(int Count, double P50Ms, double P99Ms, double MaxMs)
{
    public static Latency Of(long[] stopwatchTicks)
    {
        var sorted = stopwatchTicks.Order().ToArray();
        return new Latency(sorted.Length, At(sorted, 0.5), At(sorted, 0.99), At(sorted, 1));
    }

    private static double At(long[] sorted, double share)
    {
        var index = Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1);
        return Math.Round(sorted[index] * 1e3 / Stopwatch.Frequency, 3);
    }
}
