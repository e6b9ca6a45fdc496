using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Aurora.Grains.Interfaces.Observability;

namespace Aurora.Grains.Observability;

/// <summary>
/// What the scheduler of a pool sees, as gauges. Only the silo that has the scheduler shows any: what is not in the last snapshot has
/// no series, so those of a node that is gone vanish with it.
/// </summary>
public sealed class MeshGauges
{
    private readonly LabelBudget taskTypes = new(limit: 32);
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<string, MeshSnapshot> meshes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, QueueSnapshot> queues = new(StringComparer.Ordinal);

    public MeshGauges(IMeterFactory meters, TimeProvider time)
    {
        this.time = time;
        var meter = meters.Create(MetricNames.Meter);
        meter.CreateObservableGauge("aurora.tasks.queued", ReadQueued, "{task}", "Tasks that wait.");
        meter.CreateObservableGauge("aurora.task.oldest_queued", ReadOldest, "s", "How long the oldest waiting task has waited.");
        meter.CreateObservableGauge("aurora.tasks.placed", () => ReadPools(mesh => mesh.Placed), "{task}", "Attempts that hold a place.");
        meter.CreateObservableGauge("aurora.nodes.connected", () => ReadPools(mesh => mesh.Connected), "{node}", "Nodes that hold a lease.");
        meter.CreateObservableGauge(
            "aurora.nodes.held", () => ReadPools(mesh => mesh.Held), "{node}", "Nodes that vanished with more than half of the others, whose attempts are left alone.");
        meter.CreateObservableGauge("aurora.nodes", ReadStatuses, "{node}", "Nodes by status.");
        OfNodes("aurora.node.up", unit: null, "1 while the node holds a lease, 0 while it does not.", node => node.IsConnected ? 1 : 0);
        OfNodes("aurora.node.draining", unit: null, "1 while the node is being emptied or is empty.", node => node.IsDraining ? 1 : 0);
        OfNodes("aurora.node.release_advised", unit: null, "1 while the node is rented and has been idle for so long that it should be given back.", node => node.IsReleaseAdvised ? 1 : 0);
        OfNodes("aurora.node.last_heartbeat.timestamp", "s", "Unix time of the node's last sign of life.", node => node.LastSeen.ToUnixTimeMilliseconds() / 1e3);
        OfNodes("aurora.tasks.running", "{task}", "Attempts that hold a place on the node.", node => node.Placed);
        OfGpus("aurora.gpu.memory.total", "By", "Nominal memory of the GPU.", gpu => gpu.MemoryBytes);
        OfGpus("aurora.gpu.memory.used", "By", "Memory in use by anybody, as the GPU measures it.", gpu => gpu.Telemetry.MemoryUsedBytes);
        OfGpus("aurora.gpu.memory.reserved", "By", "Memory that the mesh has promised to attempts.", gpu => gpu.ReservedBytes);
        OfGpus("aurora.gpu.utilization.ratio", unit: null, "0 to 1.", gpu => gpu.Telemetry.Utilization);
        OfGpus("aurora.gpu.temperature", "Cel", "Core temperature.", gpu => gpu.Telemetry.TemperatureCelsius);
        OfGpus("aurora.gpu.power", "W", "Power drawn.", gpu => gpu.Telemetry.PowerWatts);
        meter.CreateObservableCounter(
            "aurora.gpu.energy", () => ReadGpus(gpu => gpu.Telemetry.EnergyJoules), "J", "Energy since the GPU's driver was loaded.");
        meter.CreateObservableCounter("aurora.gpu.errors", ReadErrors, "{error}", "Errors of the GPU's memory, and NVIDIA's XID errors by their number.");
        meter.CreateObservableGauge("aurora.gpu.info", ReadIdentities, unit: null, "1; what the GPU is, is in its labels.");

        void OfNodes(string name, string? unit, string description, Func<NodeReading, double> value) => meter.CreateObservableGauge(
            name, () => Nodes.Select(node => new Measurement<double>(value(node), new KeyValuePair<string, object?>("node", node.NodeId))), unit, description);

        void OfGpus(string name, string? unit, string description, Func<GpuMeasured, double?> value) =>
            meter.CreateObservableGauge(name, () => ReadGpus(value), unit, description);
    }

    private IEnumerable<NodeReading> Nodes => meshes.Values.SelectMany(mesh => mesh.Nodes);

    internal void Observe(string pool, MeshSnapshot snapshot) => meshes[pool] = snapshot;

    internal void Observe(string pool, QueueSnapshot snapshot) => queues[pool] = snapshot;

    internal void Forget(string pool)
    {
        meshes.TryRemove(pool, out _);
        queues.TryRemove(pool, out _);
    }

    private IEnumerable<Measurement<long>> ReadPools(Func<MeshSnapshot, long> value) =>
        meshes.Select(mesh => new Measurement<long>(value(mesh.Value), new KeyValuePair<string, object?>("pool", mesh.Key)));

    // A pool where nothing waits says so, without a type.
    private IEnumerable<Measurement<long>> ReadQueued() => queues.SelectMany(queue => queue.Value.Counts.Count == 0
        ? [new Measurement<long>(0, new KeyValuePair<string, object?>("pool", queue.Key))]
        : queue.Value.Counts
            .GroupBy(entry => (TaskType: taskTypes.Of(entry.Key.TaskType), entry.Key.PriorityClass))
            .Select(group => new Measurement<long>(
                group.Sum(entry => entry.Value),
                new("pool", queue.Key),
                new("task_type", group.Key.TaskType),
                new("priority_class", group.Key.PriorityClass))));

    private IEnumerable<Measurement<double>> ReadOldest()
    {
        var now = time.GetUtcNow();
        return MetricNames.PriorityClasses.Select(priorityClass => new Measurement<double>(
            queues.Values.Max(queue => queue.Oldest.TryGetValue(priorityClass, out var since) ? (double?)Math.Max(0, (now - since).TotalSeconds) : null) ?? 0,
            new KeyValuePair<string, object?>("priority_class", priorityClass)));
    }

    private IEnumerable<Measurement<long>> ReadStatuses() => Nodes.GroupBy(node => node.Status).Select(group =>
        new Measurement<long>(group.Count(), new KeyValuePair<string, object?>("status", group.Key)));

    // What a device does not tell has no series.
    private IEnumerable<Measurement<double>> ReadGpus(Func<GpuMeasured, double?> value)
    {
        foreach (var node in Nodes)
        {
            foreach (var gpu in node.Gpus)
            {
                if (value(gpu) is { } measured)
                {
                    yield return new Measurement<double>(measured, new("node", node.NodeId), new("gpu", gpu.Identity.Index));
                }
            }
        }
    }

    private IEnumerable<Measurement<long>> ReadErrors() =>
        from node in Nodes
        from gpu in node.Gpus
        from error in gpu.Telemetry.Errors ?? []
        select new Measurement<long>(
            error.Count,
            new("node", node.NodeId),
            new("gpu", gpu.Identity.Index),
            new("kind", error.Kind),
            new("xid", error.Xid is { } xid ? xid.ToString(CultureInfo.InvariantCulture) : ""));

    private IEnumerable<Measurement<int>> ReadIdentities() => Nodes.SelectMany(node => node.Gpus.Select(gpu => new Measurement<int>(
        1,
        new("node", node.NodeId),
        new("gpu", gpu.Identity.Index),
        new("uuid", gpu.Identity.Uuid),
        new("model", gpu.Identity.Model),
        new("vendor", gpu.Identity.Vendor),
        new("driver_version", gpu.Identity.DriverVersion),
        new("mig_profile", gpu.Identity.MigProfile))));
}
