using Aurora.GpuProbes.Hosts;

namespace Aurora.GpuProbes;

/// <summary>
/// The GPUs of this machine as they were when it was asked. A GPU keeps its place in the list; one that falls silent stays in it and has
/// no reading.
/// </summary>
internal sealed class LocalGpus
{
    private readonly Dictionary<IGpuProbe, ProbeMeter> _meters;

    private LocalGpus(
        IReadOnlyList<(IGpuProbe Probe, GpuProbeResult Result)> answers, bool detected, TimeSpan measureTimeout, TimeProvider clock)
    {
        Answers = answers;
        Gpus = GpuMerge.Merge(answers);
        Facts = GpuFactSheet.Of(answers, Gpus, detected);
        _meters = Gpus.SelectMany(gpu => gpu.Sources).Select(source => source.Probe).Distinct()
            .ToDictionary(probe => probe, probe => new ProbeMeter(probe, measureTimeout, clock));
    }

    /// <summary>Each GPU once, with every probe that knows it.</summary>
    public IReadOnlyList<MergedGpu> Gpus { get; }

    /// <summary>Facts for people, by the names of <see cref="GpuFactNames"/>.</summary>
    public IReadOnlyDictionary<string, object> Facts { get; }

    /// <summary>Where an NVIDIA GPU is that no driver answers for; null for none, and where a GPU was found.</summary>
    public string? WithoutDriver { get; private init; }

    /// <summary>What each probe that was asked said.</summary>
    public IReadOnlyList<(IGpuProbe Probe, GpuProbeResult Result)> Answers { get; }

    /// <summary>The probes that measure, each with why its last measurement failed, or null.</summary>
    public IEnumerable<(string Probe, string? Failure)> Meters => _meters.Values.Select(meter => (meter.ProbeName, meter.Failure));

    /// <summary>Finds the GPUs of this machine, or takes those that the options state.</summary>
    /// <exception cref="GpuConfigurationException">The stated GPUs cannot be read; nothing else that fails is thrown.</exception>
    public static Task<LocalGpus> DetectAsync(GpuProbeOptions options, CancellationToken cancellationToken)
    {
        IReadOnlyList<IReadOnlyList<IGpuProbe>> families = options switch
        {
            { Enabled: false } => [],
            { Stated: { } json } => [[StatedGpus.Parse(json)]],
            _ => GpuProbeOrder.For(GpuProbeOrder.ThisPlatform, options),
        };
        return DetectAsync(families, options, TimeProvider.System, cancellationToken);
    }

    /// <summary>Finds the GPUs through the given families of probes.</summary>
    public static async Task<LocalGpus> DetectAsync(
        IReadOnlyList<IReadOnlyList<IGpuProbe>> families, GpuProbeOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        var answers = await GpuDetection.RunAsync(families, options.DetectTimeout, clock, cancellationToken);
        var isSearched = options is { Enabled: true, Stated: null };
        return new LocalGpus(answers, detected: !options.Enabled || options.Stated is null, options.MeasureTimeout, clock)
        {
            WithoutDriver = isSearched && answers.All(answer => answer.Result.Gpus.Count == 0) ? PciDisplays.FirstNvidia(new HostFiles(options.RootPath)) : null,
        };
    }

    /// <summary>What each GPU measures now, by its place in <see cref="Gpus"/>; null for one that tells nothing.</summary>
    public async Task<IReadOnlyList<GpuReading?>> MeasureAsync(CancellationToken cancellationToken)
    {
        var readings = await Task.WhenAll(_meters.Select(async pair => (pair.Key, Readings: await pair.Value.ReadAsync(cancellationToken))));
        var bySource = readings
            .SelectMany(answer => answer.Readings.Select(reading => (Source: new GpuSource(answer.Key, reading.Key), reading)))
            .GroupBy(pair => pair.Source)
            .ToDictionary(group => group.Key, group => group.First().reading);
        return [.. Gpus.Select(gpu => Combine(gpu, bySource))];
    }

    private static GpuReading? Combine(MergedGpu gpu, Dictionary<GpuSource, GpuReading> bySource)
    {
        GpuReading? combined = null;
        foreach (var source in gpu.Sources)
        {
            if (bySource.TryGetValue(source, out var reading))
            {
                combined = combined?.CompletedBy(reading) ?? reading;
            }
        }

        // A reading without a single value says nothing, so the device is left out.
        return combined == new GpuReading(combined?.Key ?? "") ? null : combined;
    }
}
