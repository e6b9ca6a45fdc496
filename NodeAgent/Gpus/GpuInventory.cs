using Aurora.GpuProbes;
using Aurora.Grains.Interfaces.Nodes;
using Microsoft.Extensions.Logging;

namespace Aurora.NodeAgent.Gpus;

/// <summary>
/// The GPUs that were found when the process started. A GPU keeps its index for the life of the process; one that
/// falls silent stays in the list and has no telemetry.
/// </summary>
internal sealed partial class GpuInventory : IGpuInventory
{
    private readonly LocalGpus _local;
    private readonly HashSet<string> _failing = [];
    private readonly ILogger _logger;

    private GpuInventory(LocalGpus local, ILogger logger)
    {
        _local = local;
        _logger = logger;
        Devices = [.. local.Gpus.Select((gpu, index) => new GpuDevice(index, gpu.Gpu.Type, NominalMemory.Of(gpu.Gpu), gpu.Gpu.Uuid))];
        LogFound();
    }

    public IReadOnlyList<GpuDevice> Devices { get; }

    public IReadOnlyDictionary<string, object> Facts => _local.Facts;

    /// <summary>Finds the GPUs of this machine, or takes those that the options state.</summary>
    /// <exception cref="GpuConfigurationException">The stated GPUs cannot be read; nothing else that fails is thrown.</exception>
    public static async Task<GpuInventory> DetectAsync(GpuProbeOptions options, ILogger logger, CancellationToken cancellationToken) =>
        new(await LocalGpus.DetectAsync(options, cancellationToken), logger);

    /// <summary>Finds the GPUs through the given families of probes.</summary>
    public static async Task<GpuInventory> DetectAsync(
        IReadOnlyList<IReadOnlyList<IGpuProbe>> families,
        GpuProbeOptions options,
        TimeProvider clock,
        ILogger logger,
        CancellationToken cancellationToken) => new(await LocalGpus.DetectAsync(families, options, clock, cancellationToken), logger);

    public async ValueTask<IReadOnlyList<GpuTelemetry>> MeasureAsync(CancellationToken cancellationToken)
    {
        var readings = await _local.MeasureAsync(cancellationToken);
        LogChanges();
        return [.. readings.Index().Where(entry => entry.Item is not null).Select(entry => Describe(entry.Index, entry.Item!.Value))];
    }

    private GpuTelemetry Describe(int index, GpuReading reading) => new(
        index,
        LiveMemory.UsedOf(Devices[index].MemoryBytes, _local.Gpus[index].Gpu.MemoryBytes, reading),
        reading.Utilization,
        reading.TemperatureCelsius,
        reading.PowerWatts)
    {
        EnergyJoules = reading.EnergyJoules,
        Errors = reading.Errors is { } errors ? [.. Counts(errors)] : null,
    };

    private static IEnumerable<GpuErrorCount> Counts(GpuErrors errors)
    {
        if (errors.EccCorrected is { } corrected)
        {
            yield return new GpuErrorCount(GpuErrorKinds.EccCorrected, null, corrected);
        }

        if (errors.EccUncorrected is { } uncorrected)
        {
            yield return new GpuErrorCount(GpuErrorKinds.EccUncorrected, null, uncorrected);
        }

        foreach (var (xid, count) in errors.Xids)
        {
            yield return new GpuErrorCount(GpuErrorKinds.Xid, xid, count);
        }
    }
}
