using Aurora.GpuProbes.Hosts;

namespace Aurora.GpuProbes.Nvidia;

/// <summary>
/// NVIDIA GPUs that share the host's memory. Their drivers tell no memory size, as a broken discrete card would, so only
/// a device that is known by name is given the host's.
/// </summary>
internal static class UnifiedMemoryDevices
{
    private static readonly string[] Words = ["GB10", "Orin", "Xavier", "Thor", "Tegra", "Jetson", "N1X", "nvgpu"];

    public static bool Includes(string type) =>
        type.Split(' ', '(', ')', '-', ',').Any(word => Words.Contains(word, StringComparer.OrdinalIgnoreCase));

    /// <summary>The GPU with the host's memory, if its driver tells no size and it is known to share that memory.</summary>
    public static ProbedGpu Complete(ProbedGpu gpu, HostFiles files) =>
        gpu.MemoryBytes is null && Includes(gpu.Type)
            ? gpu with { MemoryBytes = HostMemory.Read(files)?.TotalBytes, UnifiedMemory = true }
            : gpu;
}
