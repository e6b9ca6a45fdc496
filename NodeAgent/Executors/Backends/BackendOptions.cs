namespace Aurora.NodeAgent.Executors.Backends;

/// <summary>Where inference servers are looked for, and how patiently.</summary>
internal sealed record BackendOptions
{
    /// <summary>The default addresses of Ollama, vLLM, llama.cpp and LM Studio on this machine.</summary>
    public static IReadOnlyList<BackendAddress> Detected { get; } =
    [
        new(new Uri("http://127.0.0.1:11434/")),
        new(new Uri("http://127.0.0.1:8000/")),
        new(new Uri("http://127.0.0.1:8080/")),
        new(new Uri("http://127.0.0.1:1234/")),
    ];

    /// <summary>The servers to probe (<c>AURORA_BACKENDS</c>; empty with <c>off</c>).</summary>
    public IReadOnlyList<BackendAddress> Addresses { get; init; } = Detected;

    /// <summary>Requests that each server works at once (<c>AURORA_BACKEND_PARALLEL</c>); null for as many as the node runs attempts.</summary>
    public int? RequestsMax { get; init; }

    /// <summary>Context tokens that a server reads per second, one request at a time (<c>AURORA_BACKEND_PREFILL_TPS</c>); null for not said.</summary>
    public double? PrefillTokensPerSecond { get; init; }

    /// <summary>Tokens that a server writes per second for each request (<c>AURORA_BACKEND_DECODE_TPS</c>); null for not said.</summary>
    public double? DecodeTokensPerSecond { get; init; }

    /// <summary>The time between two probes (<c>AURORA_BACKEND_PROBE_S</c>).</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long one probe of one server may take.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many probes in a row a busy server may leave unanswered. A refused connection counts as gone at once.</summary>
    public int UnansweredProbesMax { get; init; } = 3;

    /// <summary>How long a task that states no <c>timeout_s</c> may wait for its answers (<c>AURORA_INFERENCE_TIMEOUT_S</c>).</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The largest answer that is taken from a server.</summary>
    public long AnswerBytesMax { get; init; } = 16L << 20;
}
