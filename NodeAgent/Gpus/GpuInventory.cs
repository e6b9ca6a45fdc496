using Aurora.Grains.Interfaces.Nodes;
using Microsoft.Extensions.Logging;

namespace Aurora.NodeAgent.Gpus;

/// <summary>
/// The GPUs that were found when the process started. A GPU keeps its index for the life of the process; one that
/// falls silent stays in the list and has no telemetry.
/// </summary>
internal sealed partial class GpuInventory : IGpuInventory
{
    private readonly IReadOnlyList<MergedGpu> _gpus;
    private readonly Dictionary<IGpuProbe, ProbeMeter> _meters;
    private readonly HashSet<string> _failing = [];
    private readonly ILogger _logger;

    private GpuInventory(
        IReadOnlyList<MergedGpu> gpus, IReadOnlyDictionary<string, object> facts, TimeSpan measureTimeout, TimeProvider clock, ILogger logger)
    {
        _gpus = gpus;
        _logger = logger;
        _meters = gpus.SelectMany(gpu => gpu.Sources).Select(source => source.Probe).Distinct()
            .ToDictionary(probe => probe, probe => new ProbeMeter(probe, measureTimeout, clock));
        Facts = facts;
        Devices = [.. gpus.Select((gpu, index) => new GpuDevice(index, gpu.Gpu.Type, NominalMemory.Of(gpu.Gpu), gpu.Gpu.Uuid))];
    }

    public IReadOnlyList<GpuDevice> Devices { get; }

    public IReadOnlyDictionary<string, object> Facts { get; }

    /// <summary>Finds the GPUs of this machine, or takes those that the options state.</summary>
    /// <exception cref="GpuConfigurationException">The stated GPUs cannot be read; nothing else that fails is thrown.</exception>
    public static Task<GpuInventory> DetectAsync(GpuInventoryOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        IReadOnlyList<IReadOnlyList<IGpuProbe>> families = options switch
        {
            { Enabled: false } => [],
            { Stated: { } json } => [[StatedGpus.Parse(json)]],
            _ => GpuProbeOrder.For(GpuProbeOrder.ThisPlatform, options),
        };
        return DetectAsync(families, options, TimeProvider.System, logger, cancellationToken);
    }

    /// <summary>Finds the GPUs through the given families of probes.</summary>
    public static async Task<GpuInventory> DetectAsync(
        IReadOnlyList<IReadOnlyList<IGpuProbe>> families,
        GpuInventoryOptions options,
        TimeProvider clock,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        var answers = await GpuDetection.RunAsync(families, options.DetectTimeout, clock, cancellationToken);
        var gpus = GpuMerge.Merge(answers);
        var facts = GpuFactSheet.Of(answers, gpus, detected: !options.Enabled || options.Stated is null);
        var inventory = new GpuInventory(gpus, facts, options.MeasureTimeout, clock, logger);
        inventory.LogFound(answers);
        return inventory;
    }

    public async ValueTask<IReadOnlyList<GpuTelemetry>> MeasureAsync(CancellationToken cancellationToken)
    {
        var readings = await Task.WhenAll(_meters.Select(async pair => (pair.Key, Readings: await pair.Value.ReadAsync(cancellationToken))));
        LogChanges();
        var bySource = readings
            .SelectMany(answer => answer.Readings.Select(reading => (Source: new GpuSource(answer.Key, reading.Key), reading)))
            .GroupBy(pair => pair.Source)
            .ToDictionary(group => group.Key, group => group.First().reading);

        var telemetry = new List<GpuTelemetry>();
        for (var index = 0; index < _gpus.Count; index++)
        {
            if (Combine(_gpus[index], bySource) is { } reading)
            {
                telemetry.Add(Describe(index, reading));
            }
        }

        return telemetry;
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

    private GpuTelemetry Describe(int index, GpuReading reading) => new(
        index,
        LiveMemory.UsedOf(Devices[index].MemoryBytes, _gpus[index].Gpu.MemoryBytes, reading),
        reading.Utilization,
        reading.TemperatureCelsius,
        reading.PowerWatts)
    {
        EnergyJoules = reading.EnergyJoules,
    };
}
