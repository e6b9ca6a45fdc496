using System.Text.Json.Serialization;

namespace Aurora.Bench.Traces;

/// <summary>Decision times in microseconds.</summary>
internal sealed record TraceLatency(
    [property: JsonPropertyName("p50")] double P50,
    [property: JsonPropertyName("p99")] double P99,
    [property: JsonPropertyName("max")] double Max)
{
    public static TraceLatency Of(IEnumerable<double> microseconds)
    {
        var sorted = microseconds.Order().ToArray();
        return sorted.Length == 0
            ? new TraceLatency(0, 0, 0)
            : new TraceLatency(sorted[sorted.Length / 2], sorted[(int)(sorted.Length * 0.99)], sorted[^1]);
    }
}
