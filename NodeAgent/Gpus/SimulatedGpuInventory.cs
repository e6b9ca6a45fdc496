using Aurora.GpuProbes;
using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.NodeAgent.Gpus;

/// <summary>
/// Made-up GPUs for demonstrations without hardware. They are labelled as such in the facts and in the ids, and their
/// telemetry follows only from the load that is set on them: the same load shows the same numbers.
/// </summary>
internal sealed class SimulatedGpuInventory : IGpuInventory
{
    private const double IdleCelsius = 34;
    private const double FullLoadCelsius = 44;
    private const double IdleWatts = 25;
    private const double FullLoadWatts = 325;

    private readonly Lock _gate = new();
    private readonly Load[] _loads;

    /// <param name="gpus">Product name and nominal memory in GB, by index.</param>
    public SimulatedGpuInventory(IReadOnlyList<(string Type, double MemoryGB)> gpus)
    {
        Devices = [.. gpus.Select((gpu, index) =>
            new GpuDevice(index, gpu.Type, (long)(gpu.MemoryGB * NominalMemory.GB), $"SIMULATED-{index}"))];
        _loads = new Load[gpus.Count];
        Facts = new Dictionary<string, object>
        {
            [GpuFactNames.Simulated] = true,
            [GpuFactNames.CudaAvailable] = false,
            [GpuFactNames.Probe] = "simulated",
            [GpuFactNames.ProbeNotes] = new[] { "simulated: these GPUs do not exist" },
        };
    }

    public IReadOnlyList<GpuDevice> Devices { get; }

    public IReadOnlyDictionary<string, object> Facts { get; }

    /// <summary>Sets what runs on a GPU from now on; 0 and 0 is idle. Values outside the device's range are brought into it.</summary>
    /// <param name="memoryBytes">Memory that the work holds.</param>
    /// <param name="utilization">0 to 1.</param>
    public void SetLoad(int index, long memoryBytes, double utilization)
    {
        var load = new Load(Math.Clamp(memoryBytes, 0, Devices[index].MemoryBytes), Math.Clamp(utilization, 0, 1));
        lock (_gate)
        {
            _loads[index] = load;
        }
    }

    public ValueTask<IReadOnlyList<GpuTelemetry>> MeasureAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return new([.. _loads.Select((load, index) => new GpuTelemetry(
                index,
                load.MemoryBytes,
                load.Utilization,
                IdleCelsius + (FullLoadCelsius * load.Utilization),
                IdleWatts + (FullLoadWatts * load.Utilization)))]);
        }
    }

    private readonly record struct Load(long MemoryBytes, double Utilization);
}
