namespace Aurora.GpuProbes;

/// <summary>What a probe found.</summary>
/// <param name="Gpus">In the vendor's order.</param>
/// <param name="Settled">Later probes of the same family have nothing to add and are not asked.</param>
/// <param name="Note">One readable reason when something is missing.</param>
internal sealed record GpuProbeResult(IReadOnlyList<ProbedGpu> Gpus, bool Settled, string? Note = null)
{
    /// <summary>Facts for people, e.g. <c>driver_version</c>.</summary>
    public IReadOnlyDictionary<string, object> Facts { get; init; } = new Dictionary<string, object>();

    /// <summary>Links between GPUs that the probe knows of, whoever found the GPUs.</summary>
    public IReadOnlyList<ProbedLink> Links { get; init; } = [];

    /// <summary>The probe cannot answer; another one of its family may.</summary>
    public static GpuProbeResult Nothing(string reason) => new([], Settled: false, reason);
}
