using System.Text.Json.Serialization;

namespace Aurora.Bench.Traces;

/// <summary>What a run writes beside its decision log.</summary>
internal sealed record TraceSummary(
    [property: JsonPropertyName("protocol")] string Protocol,
    [property: JsonPropertyName("commit")] string Commit,
    [property: JsonPropertyName("scorer")] string Scorer,
    [property: JsonPropertyName("scorer_config")] object ScorerConfig,
    [property: JsonPropertyName("test")] string Test,
    [property: JsonPropertyName("workload")] string Workload,
    [property: JsonPropertyName("seed")] string Seed,
    [property: JsonPropertyName("knowledge")] string Knowledge,
    [property: JsonPropertyName("log")] string Log,
    [property: JsonPropertyName("log_sha256")] string LogSha256,
    [property: JsonPropertyName("decisions")] int Decisions,
    [property: JsonPropertyName("latency_us")] TraceLatency Latency,
    [property: JsonPropertyName("claimed")] IReadOnlyDictionary<string, double> Claimed);
