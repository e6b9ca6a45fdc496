namespace Aurora.GpuProbes;

/// <summary>One GPU of the machine and every probe that knows it, the first one being the most trusted.</summary>
internal sealed record MergedGpu(ProbedGpu Gpu, IReadOnlyList<GpuSource> Sources);

/// <summary>Where readings of a GPU come from.</summary>
/// <param name="Key">The GPU's key within the probe.</param>
internal sealed record GpuSource(IGpuProbe Probe, string Key);
