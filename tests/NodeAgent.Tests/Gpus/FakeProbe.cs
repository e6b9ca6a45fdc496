using Aurora.GpuProbes;

namespace Aurora.NodeAgent.Tests.Gpus;

/// <summary>A probe that does what a test says.</summary>
internal sealed class FakeProbe(string name, params ProbedGpu[] gpus) : IGpuProbe
{
    public string Name => name;

    public TimeSpan MeasureInterval { get; init; }

    public bool Settled { get; init; }

    public string? Note { get; init; }

    public Func<Task<GpuProbeResult>>? OnDetect { get; init; }

    public Func<Task<IReadOnlyList<GpuReading>>>? OnMeasure { get; set; }

    public int Detected { get; private set; }

    public int Measured { get; private set; }

    public async ValueTask<GpuProbeResult> DetectAsync(CancellationToken cancellationToken)
    {
        Detected++;
        return OnDetect is null ? new GpuProbeResult(gpus, Settled, Note) : await OnDetect();
    }

    public async ValueTask<IReadOnlyList<GpuReading>> MeasureAsync(CancellationToken cancellationToken)
    {
        Measured++;
        return OnMeasure is null ? [] : await OnMeasure();
    }
}
