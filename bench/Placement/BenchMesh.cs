using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;

namespace Aurora.Bench.Placement;

/// <summary>Planners of any size: mixed GPU models, four GPUs and four slots a node, measured loads, and a queue.</summary>
internal static class BenchMesh
{
    public const long Gb = 1L << 30;

    public static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private const int GpusPerNode = 4;

    private static readonly (string Type, long Gb)[] Models =
    [
        ("NVIDIA H100 80GB HBM3", 80), ("NVIDIA A100-SXM4-40GB", 40), ("NVIDIA A40", 48), ("NVIDIA GeForce RTX 4090", 24),
    ];

    private static readonly IReadOnlySet<string> TaskTypes = new HashSet<string> { "training", "llm_inference", "test" };

    /// <summary>A mesh in which every slot is free.</summary>
    public static MeshPlanner OfNodes(int nodes, PlacementProfile profile = PlacementProfile.Balanced)
    {
        var planner = new MeshPlanner(new PlannerSettings { Profile = profile });
        for (var node = 0; node < nodes; node++)
        {
            var (type, gb) = Models[node % Models.Length];
            var gpus = Enumerable.Range(0, GpusPerNode).Select(gpu => new GpuFacts(gpu, type, gb * Gb)).ToList();
            planner.UpsertNode(new NodeFacts($"node-{node}", 1, gpus, GpusPerNode, TaskTypes), available: true);
            var loads = gpus.Select(gpu => new GpuLoad(gpu.Index, (node + gpu.Index) % 8 * Gb, node % 10 / 10.0)).ToList();
            planner.ObserveLoad($"node-{node}", new NodeLoad(node % 7 / 7.0, loads));
        }

        return planner;
    }

    /// <summary>Puts tasks in line that need more memory than any GPU has, in many different shapes.</summary>
    public static void QueueUnplaceable(MeshPlanner planner, int count)
    {
        for (var task = 0; task < count; task++)
        {
            var shape = new TaskShape("training", 1, (100 + (task % 100)) * Gb, null);
            planner.Submit(new PendingTask($"waiting-{task}", shape, task % 11, Start.AddSeconds(task), 0), Start);
        }
    }

    /// <summary>A task that fits on most nodes; shapes, GPU types and priorities vary with the kind.</summary>
    public static PendingTask Placeable(int number, int kind)
    {
        var shape = new TaskShape(
            kind % 2 == 0 ? "training" : "llm_inference",
            1 + (kind % 5 / 4),
            (1 + (kind % 8)) * Gb,
            kind % 3 == 0 ? "A40" : null);
        return new PendingTask($"task-{number}", shape, kind % 11, Start, 0);
    }
}
