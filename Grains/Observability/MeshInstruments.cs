using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Aurora.Grains.Observability;

/// <summary>Every metric of the grains. No label carries a task's id or a user's text; nodes and their GPUs are few and named.</summary>
public sealed class MeshInstruments
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Aurora.Mesh";

    private readonly Counter<long> submitted;
    private readonly Counter<long> finished;
    private readonly Counter<long> reassigned;
    private readonly Counter<long> retried;
    private readonly Counter<long> nodesLost;
    private readonly Histogram<double> selection;
    private readonly ConcurrentDictionary<string, PoolReading> pools = new(StringComparer.Ordinal);

    public MeshInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        submitted = meter.CreateCounter<long>("aurora.tasks.submitted", "{task}", "Tasks accepted.");
        finished = meter.CreateCounter<long>("aurora.tasks.finished", "{task}", "Tasks that ended, by outcome.");
        reassigned = meter.CreateCounter<long>("aurora.task.reassignments", "{task}", "Attempts that went back to the queue.");
        retried = meter.CreateCounter<long>("aurora.task.retries", "{task}", "Attempts that failed and are tried again.");
        nodesLost = meter.CreateCounter<long>("aurora.node.disconnections", "{node}", "Nodes that were lost.");
        selection = meter.CreateHistogram<double>(
            "aurora.scheduler.selection",
            "s",
            "Time to choose a node and its GPUs for one task.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.00001, 0.00005, 0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05] });
        meter.CreateObservableGauge("aurora.tasks.queued", () => Read(pool => pool.Queued), "{task}", "Tasks that wait, by pool.");
        meter.CreateObservableGauge("aurora.tasks.placed", () => Read(pool => pool.Placed), "{task}", "Attempts that hold a place, by pool.");
        meter.CreateObservableGauge(
            "aurora.gpu.memory.total", () => Read(gpu => gpu.MemoryBytes), "By", "Memory of each GPU of a connected node.");
        meter.CreateObservableGauge(
            "aurora.gpu.memory.used", () => Read(gpu => gpu.Telemetry.MemoryUsedBytes), "By", "Memory in use by anybody, as the GPU measures it.");
        meter.CreateObservableGauge("aurora.gpu.utilization.ratio", () => Read(gpu => gpu.Telemetry.Utilization), unit: null, "0 to 1.");
        meter.CreateObservableGauge(
            "aurora.gpu.temperature", () => Read(gpu => gpu.Telemetry.TemperatureCelsius), "Cel", "Core temperature.");
        meter.CreateObservableGauge("aurora.gpu.power", () => Read(gpu => gpu.Telemetry.PowerWatts), "W", "Power drawn.");
        meter.CreateObservableGauge("aurora.nodes.connected", () => Read(pool => pool.Connected), "{node}", "Nodes that hold a lease, by pool; one that serves several counts in each.");
    }

    internal void TaskSubmitted(string taskType) => submitted.Add(1, new KeyValuePair<string, object?>("task_type", taskType));

    internal void TaskFinished(string outcome) => finished.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    internal void TaskReassigned() => reassigned.Add(1);

    internal void TaskRetried() => retried.Add(1);

    internal void NodeLost() => nodesLost.Add(1);

    internal void Selected(TimeSpan elapsed) => selection.Record(elapsed.TotalSeconds);

    internal void Observe(string pool, int queued, int placed, int connected, GpuReading[] gpus) =>
        pools[pool] = new PoolReading(queued, placed, connected, gpus);

    private IEnumerable<Measurement<long>> Read(Func<PoolReading, long> value) =>
        pools.Select(pool => new Measurement<long>(value(pool.Value), new KeyValuePair<string, object?>("pool", pool.Key)));

    // What a device does not tell has no series.
    private IEnumerable<Measurement<double>> Read(Func<GpuReading, double?> value)
    {
        foreach (var gpu in pools.Values.SelectMany(pool => pool.Gpus))
        {
            if (value(gpu) is { } measured)
            {
                yield return new Measurement<double>(
                    measured,
                    new KeyValuePair<string, object?>("node", gpu.NodeId),
                    new KeyValuePair<string, object?>("gpu", gpu.Index));
            }
        }
    }

    private sealed record PoolReading(int Queued, int Placed, int Connected, GpuReading[] Gpus);
}
