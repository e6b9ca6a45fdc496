namespace Aurora.GpuProbes;

/// <summary>How two GPUs reach each other.</summary>
/// <param name="One">A GPU's <see cref="ProbedGpu.PciId"/>.</param>
/// <param name="Other">Another one's.</param>
/// <param name="Name">As <c>nvidia-smi topo -m</c> names it: NV4, PIX, PXB, PHB, NODE or SYS.</param>
internal sealed record ProbedLink(string One, string Other, string Name);
