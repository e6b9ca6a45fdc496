namespace Aurora.GpuProbes;

/// <summary>Names of the facts that a node announces of its GPUs. They are part of what clients see.</summary>
internal static class GpuFactNames
{
    /// <summary>bool: a CUDA driver with at least one GPU answered. Left out where GPUs are stated, not detected.</summary>
    public const string CudaAvailable = "cuda_available";

    /// <summary>string: the newest CUDA version that the driver supports, e.g. <c>13.0</c>.</summary>
    public const string CudaVersion = "cuda_version";

    /// <summary>string: of the first NVIDIA GPU, e.g. <c>8.9</c>.</summary>
    public const string ComputeCapability = "compute_capability";

    public const string DriverVersion = "driver_version";

    /// <summary>string: the probes that found the GPUs, or <c>none</c>.</summary>
    public const string Probe = "gpu_probe";

    /// <summary>string[]: why other probes have nothing, for a person.</summary>
    public const string ProbeNotes = "gpu_probe_notes";

    /// <summary>long[]: by index, what the driver reports in bytes where the device announces its nominal size; 0 is unknown.</summary>
    public const string MemoryReported = "gpu_memory_reported_bytes";

    /// <summary>string[][]: by index, how each two GPUs are linked, as <c>nvidia-smi topo -m</c> names it; null where unknown. Left out where nothing is known.</summary>
    public const string Links = "gpu_links";

    /// <summary>true where a GPU's memory is a share of the host's; left out otherwise.</summary>
    public const string UnifiedMemory = "unified_memory";

    /// <summary>true where the GPUs are made up for a demonstration; left out otherwise.</summary>
    public const string Simulated = "simulated";
}
