namespace Aurora.GpuProbes.Nvidia;

/// <summary>One usable device: a whole GPU, or a MIG device of one.</summary>
/// <param name="Handle">Of the device itself.</param>
/// <param name="Board">Handle of the whole GPU, which has the sensors; the same for a GPU without MIG.</param>
internal sealed record NvmlDevice(ProbedGpu Gpu, nint Handle, nint Board);
