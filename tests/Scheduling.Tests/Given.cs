using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;

namespace Aurora.Scheduling.Tests;

/// <summary>The nodes, tasks and moments that tests start from.</summary>
internal static class Given
{
    public const long Gb = 1L << 30;

    public static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static MeshPlanner Planner() => new(new PlannerSettings());

    public static MeshPlanner PlannerWith(params NodeFacts[] nodes)
    {
        var planner = Planner();
        foreach (var node in nodes)
        {
            planner.UpsertNode(node, available: true);
        }

        return planner;
    }

    public static NodeFacts Node(string id, int maxParallel, params GpuFacts[] gpus) =>
        new(id, 1, [.. gpus.Select((gpu, index) => gpu with { Index = index })], maxParallel, new HashSet<string> { "training", "test" });

    public static GpuFacts Gpu(string type, long gb) => new(0, type, gb * Gb);

    public static TaskShape Shape(int gpus = 1, long gb = 0, string? type = null, string taskType = "training") =>
        new(taskType, gpus, gb * Gb, type);

    public static PendingTask Pending(string id, TaskShape shape, int priority = 5, double minutes = 0) =>
        new(id, shape, priority, Start.AddMinutes(minutes), 0);

    public static NodeLoad Load(double cpu = 0, params GpuLoad[] gpus) => new(cpu, gpus);
}
