using Aurora.Chaos.Checker.Evidence;

namespace Aurora.Chaos.Checker.Checks;

/// <summary>
/// No GPU is promised more memory than it has, and none is used beyond it. The first is a sweep over the stored
/// changes. The second is a sweep over the executions in the nodes' journals; an execution stops counting when the
/// store gives its attempt up, since a lost node may go on with it until it hears.
/// </summary>
internal sealed class Capacity : ICheck
{
    public string Id => "C7";

    public string Promise => "no GPU holds more than it has";

    public CheckResult Judge(RunEvidence run)
    {
        var findings = new Findings(this);
        SweepStore(run, findings);
        SweepExecutions(run, findings);
        return findings.Result();
    }

    private static void SweepStore(RunEvidence run, Findings findings)
    {
        var load = new NodeLoads(run.Manifest.Nodes);
        var held = new Dictionary<string, StoreEvent>(StringComparer.Ordinal);
        foreach (var change in run.StoreEvents)
        {
            if (held.Remove(change.TaskId, out var before))
            {
                foreach (var (node, gpus) in before.Places())
                {
                    load.Add(node, gpus, -before.BytesPerGpu, -1);
                }
            }

            held[change.TaskId] = change;
            foreach (var (node, gpus) in change.Places())
            {
                if (load.Add(node, gpus, change.BytesPerGpu, 1) is { } excess && change.Phase == StoredPhase.Assigned)
                {
                    findings.Add($"stored: {excess} with {change.TaskId}, attempt {change.Attempt} (seq {change.Seq})");
                }
            }
        }

        findings.Measure("stored_parallel_max", load.ParallelMax);
    }

    private static void SweepExecutions(RunEvidence run, Findings findings)
    {
        var edges = new List<(long At, int Sign, Execution Execution, StoreEvent? Assigned)>();
        foreach (var execution in run.Executions)
        {
            var (assigned, released) = PlaceOf(run, execution);
            var end = Math.Min(execution.End?.At ?? long.MaxValue, released);
            if (end > execution.Start.At)
            {
                edges.Add((execution.Start.At, 1, execution, assigned));
                edges.Add((end, -1, execution, assigned));
            }
        }

        // At one moment what ends makes room for what starts.
        edges.Sort((a, b) => a.At != b.At ? a.At.CompareTo(b.At) : a.Sign.CompareTo(b.Sign));
        var load = new NodeLoads(run.Manifest.Nodes);
        foreach (var (_, sign, execution, assigned) in edges)
        {
            var gpus = execution.Start.Gpus ?? assigned?.Gpus ?? [];
            var bytes = execution.Start.Gpus is null ? assigned?.BytesPerGpu ?? 0 : execution.Start.BytesPerGpu;
            if (load.Add(execution.Node, gpus, sign * bytes, sign) is { } excess && sign > 0)
            {
                findings.Add($"executed: {excess} with {execution.Task}, attempt {execution.Attempt}");
            }
        }

        findings.Measure("executions", run.Executions.Count);
        findings.Measure("executed_parallel_max", load.ParallelMax);
    }

    /// <summary>The assignment of the attempt, and when the store gave it up, on the monotonic clock.</summary>
    private static (StoreEvent? Assigned, long Released) PlaceOf(RunEvidence run, Execution execution)
    {
        StoreEvent? assigned = null;
        foreach (var change in run.EventsByTask.GetValueOrDefault(execution.Task) ?? [])
        {
            if (change.Phase == StoredPhase.Assigned && change.Attempt == execution.Attempt)
            {
                assigned = change;
            }
            else if (assigned is not null && !change.HoldsPlace)
            {
                return (assigned, run.Manifest.ToMonotonic(change.At));
            }
        }

        return (assigned, long.MaxValue);
    }

    /// <summary>What each GPU and node holds at the sweep's moment.</summary>
    private sealed class NodeLoads(IReadOnlyDictionary<string, NodeCapacity> nodes)
    {
        private readonly Dictionary<string, (long[] Bytes, int Parallel)> loads = nodes.ToDictionary(
            node => node.Key, node => (new long[node.Value.GpuBytes.Length], 0), StringComparer.Ordinal);

        public int ParallelMax { get; private set; }

        /// <summary>Null, or what is now too much.</summary>
        public string? Add(string node, int[] gpus, long bytes, int parallel)
        {
            if (!loads.TryGetValue(node, out var load))
            {
                return $"{node} is not a node of this run";
            }

            load.Parallel += parallel;
            loads[node] = load;
            ParallelMax = Math.Max(ParallelMax, load.Parallel);
            var capacity = nodes[node];
            string? excess = load.Parallel > capacity.MaxParallel ? $"{node} has {load.Parallel} attempts of {capacity.MaxParallel}" : null;
            foreach (var gpu in gpus)
            {
                if (gpu < 0 || gpu >= load.Bytes.Length)
                {
                    return $"{node} has no GPU {gpu}";
                }

                load.Bytes[gpu] += bytes;
                if (load.Bytes[gpu] > capacity.GpuBytes[gpu])
                {
                    excess = $"{node} GPU {gpu} has {load.Bytes[gpu]} bytes of {capacity.GpuBytes[gpu]}";
                }
            }

            return excess;
        }
    }
}
