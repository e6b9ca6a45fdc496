namespace Aurora.GpuProbes;

/// <summary>
/// One way to ask this machine about its GPUs. A probe may fail, hang or throw: the inventory contains it.
/// </summary>
internal interface IGpuProbe
{
    /// <summary>Short name for facts and logs, e.g. <c>nvml</c>.</summary>
    string Name { get; }

    /// <summary>How long one measurement stays good; zero for a probe that is cheap enough to ask each time.</summary>
    TimeSpan MeasureInterval { get; }

    /// <summary>Which GPUs there are. Called once, before any measurement.</summary>
    ValueTask<GpuProbeResult> DetectAsync(CancellationToken cancellationToken);

    /// <summary>What the detected GPUs measure now, by <see cref="ProbedGpu.Key"/>; a silent GPU is left out.</summary>
    ValueTask<IReadOnlyList<GpuReading>> MeasureAsync(CancellationToken cancellationToken);
}
