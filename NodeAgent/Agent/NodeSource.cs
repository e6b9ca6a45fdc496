using Aurora.NodeAgent.Executors;
using Aurora.NodeAgent.Gpus;
using Microsoft.Extensions.Logging;

namespace Aurora.NodeAgent.Agent;

/// <summary>The nodes that this process stands for: this machine, or simulated ones.</summary>
internal sealed class NodeSource(NodeAgentOptions options, GpuInventoryOptions gpuOptions, ExecutorSet executors, TimeProvider time, ILogger<NodeSource> logger)
{
    public async Task<IReadOnlyList<NodeDescription>> CreateAsync(CancellationToken cancellationToken)
    {
        if (options.Simulate > 0)
        {
            return [.. Enumerable.Range(1, options.Simulate).Select(Simulated)];
        }

        var gpus = await GpuInventory.DetectAsync(gpuOptions, logger, cancellationToken);
        var maxParallel = options.MaxParallel ?? NodeDescription.DefaultMaxParallel(gpus.Devices.Count);
        return [new NodeDescription(options.NodeName, gpus, executors, maxParallel, simulated: false)];
    }

    private NodeDescription Simulated(int number)
    {
        var nodeId = $"{options.NamePrefix}-{number}";
        var gpu = options.SimulatedGpus[(number - 1) % options.SimulatedGpus.Count];
        return new NodeDescription(
            nodeId,
            new SimulatedGpuInventory([gpu]),
            new SimulatedExecutor(nodeId, time),
            options.MaxParallel ?? NodeDescription.DefaultMaxParallel(1),
            simulated: true);
    }
}
