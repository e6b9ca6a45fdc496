using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Grains.Tests;

/// <summary>The things that tests start from, in a word each.</summary>
internal static class Given
{
    public static TaskSpec TestTask(int priority = 5) => new(KnownTaskTypes.Test, priority, 0, 0, null, "{}", "{}");

    public static TaskSpec GpuTask(double memoryGb, int gpus = 1, int priority = 5) => new(
        KnownTaskTypes.Training, priority, gpus, (long)(memoryGb * MeshConstants.BytesPerGb), null, "{}", """{"script":"train.py"}""");

    public static NodeRegistration Node(
        int maxParallel = 4, string instance = "one", AttemptId[]? running = null, params int[] gpusInGb) => new(
        instance,
        [.. (gpusInGb.Length == 0 ? [24] : gpusInGb).Select((gb, index) =>
            new GpuDevice(index, "NVIDIA GeForce RTX 4090", gb * MeshConstants.BytesPerGb, $"GPU-{index}"))],
        maxParallel,
        [.. KnownTaskTypes.All],
        [],
        running ?? [],
        "{}",
        "orleans");
}
