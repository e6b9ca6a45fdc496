using Aurora.GpuProbes;
using Aurora.NodeAgent.Executors;
using Aurora.NodeAgent.Gpus;
using Aurora.NodeAgent.Journal;
using Microsoft.Extensions.Logging;

namespace Aurora.NodeAgent.Agent;

/// <summary>The nodes that this process stands for: this machine, or simulated ones.</summary>
internal sealed class NodeSource(
    NodeAgentOptions options, GpuProbeOptions gpuOptions, ExecutorOptions executorOptions, ExecutorSet executors, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>What this machine's node keeps beyond the process; null where the nodes are simulated and keep nothing.</summary>
    /// <exception cref="AgentSettingException">Another process stands for the node, or its directory cannot be used.</exception>
    public IAttemptJournal? OpenJournal() => options.Simulate > 0
        ? null
        : new DiskJournal(executorOptions.Node, options.NodeName, new JournalDisk(), loggers.CreateLogger<DiskJournal>());

    public async Task<IReadOnlyList<NodeDescription>> CreateAsync(IAttemptJournal? journal, CancellationToken cancellationToken)
    {
        if (journal is null)
        {
            return [.. Enumerable.Range(1, options.Simulate).Select(Simulated)];
        }

        var gpus = await GpuInventory.DetectAsync(gpuOptions, loggers.CreateLogger<NodeSource>(), cancellationToken);
        var maxParallel = options.MaxParallel ?? NodeDescription.DefaultMaxParallel(gpus.Devices.Count);
        return
        [
            new NodeDescription(options.NodeName, gpus, executors, maxParallel, simulated: false)
            {
                Journal = journal,
                Labels = options.Labels,
                Pools = options.Pools,
                Address = options.Address,
                Tenure = options.Tenure,
                PricePerHour = options.PricePerHour,
                OnDemandPricePerHour = options.OnDemandPricePerHour,
                InterruptionsPerHour = options.InterruptionsPerHour,
                EndsWithLease = executorOptions.Scripts.EndsWithLease,
            },
        ];
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
            simulated: true)
        {
            Labels = options.Labels,
            Pools = options.Pools,
            Address = options.Address,
            Tenure = options.Tenure,
            PricePerHour = options.PricePerHour,
            OnDemandPricePerHour = options.OnDemandPricePerHour,
            InterruptionsPerHour = options.InterruptionsPerHour,
        };
    }
}
