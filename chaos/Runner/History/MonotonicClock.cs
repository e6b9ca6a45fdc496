using System.Diagnostics;

namespace Aurora.Chaos.Runner.History;

/// <summary>The machine's monotonic clock, the same in every process on it.</summary>
internal static class MonotonicClock
{
    /// <summary>In nanoseconds; CLOCK_MONOTONIC on Linux.</summary>
    public static long Now => (long)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency));
}
