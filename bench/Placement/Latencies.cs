using System.Diagnostics;

namespace Aurora.Bench.Placement;

/// <summary>The latencies of one measured operation, in microseconds.</summary>
internal sealed record Latencies(int Count, double P50, double P99, double Max)
{
    /// <summary>Times each call for itself, and not what comes after it. The first calls only let the code be compiled.</summary>
    public static Latencies Measure(int warmUp, int count, Action<int> operation, Action<int>? after = null)
    {
        for (var call = 0; call < warmUp; call++)
        {
            operation(call);
            after?.Invoke(call);
        }

        var ticks = new long[count];
        for (var call = 0; call < count; call++)
        {
            var start = Stopwatch.GetTimestamp();
            operation(warmUp + call);
            ticks[call] = Stopwatch.GetTimestamp() - start;
            after?.Invoke(warmUp + call);
        }

        Array.Sort(ticks);
        return new Latencies(count, At(ticks, 0.5), At(ticks, 0.99), At(ticks, 1));
    }

    private static double At(long[] sorted, double share)
    {
        var index = Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1);
        return Math.Round(sorted[index] * 1e6 / Stopwatch.Frequency, 2);
    }
}
