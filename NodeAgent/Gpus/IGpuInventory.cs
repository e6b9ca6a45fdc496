using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.NodeAgent.Gpus;

/// <summary>The GPUs of this machine and their live telemetry. Neither member ever throws: a probe that fails has no data.</summary>
internal interface IGpuInventory
{
    /// <summary>The devices, with index equal to position; empty on a machine without GPUs.</summary>
    IReadOnlyList<GpuDevice> Devices { get; }

    /// <summary>Facts about driver and devices for people, e.g. <c>cuda_available</c>, <c>cuda_version</c>, <c>driver_version</c>.</summary>
    IReadOnlyDictionary<string, object> Facts { get; }

    /// <summary>What the devices measure now; a device that tells nothing is left out.</summary>
    ValueTask<IReadOnlyList<GpuTelemetry>> MeasureAsync(CancellationToken cancellationToken);
}
