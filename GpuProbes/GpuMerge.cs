namespace Aurora.GpuProbes;

/// <summary>Makes one list of GPUs from what several probes found, each GPU once.</summary>
internal static class GpuMerge
{
    /// <summary>
    /// The GPUs in the order of the answers, within one answer by PCI address: the numbering survives a restart as long
    /// as the hardware stays.
    /// </summary>
    public static IReadOnlyList<MergedGpu> Merge(IEnumerable<(IGpuProbe Probe, GpuProbeResult Result)> answers)
    {
        var merged = new List<MergedGpu>();
        foreach (var (probe, result) in answers)
        {
            // A device that the probe names twice is one device; the first sight of it stands.
            var seen = merged.Count;
            foreach (var gpu in result.Gpus.OrderBy(gpu => gpu.PciId, StringComparer.Ordinal))
            {
                var source = new GpuSource(probe, gpu.Key);
                var known = merged.FindIndex(other => IsSame(other.Gpu, gpu));
                if (known < 0)
                {
                    merged.Add(new MergedGpu(gpu, [source]));
                }
                else if (known < seen)
                {
                    merged[known] = new MergedGpu(Complete(merged[known].Gpu, gpu), [.. merged[known].Sources, source]);
                }
            }
        }

        return DropIntegratedBesideDiscrete(merged);
    }

    // Two UUIDs decide alone: MIG devices share the PCI address of their parent and are different devices.
    private static bool IsSame(ProbedGpu left, ProbedGpu right) =>
        left.Uuid is not null && right.Uuid is not null
            ? string.Equals(left.Uuid, right.Uuid, StringComparison.OrdinalIgnoreCase)
            : left.PciId is not null && left.PciId == right.PciId;

    private static ProbedGpu Complete(ProbedGpu first, ProbedGpu second) => first with
    {
        Uuid = first.Uuid ?? second.Uuid,
        PciId = first.PciId ?? second.PciId,
        MemoryBytes = first.MemoryBytes ?? second.MemoryBytes,
        UnifiedMemory = first.MemoryBytes is null ? second.UnifiedMemory : first.UnifiedMemory,
    };

    // The display part of a processor would otherwise attract work that was meant for the card beside it.
    private static List<MergedGpu> DropIntegratedBesideDiscrete(List<MergedGpu> gpus) =>
        gpus.Exists(gpu => !gpu.Gpu.Integrated) ? gpus.FindAll(gpu => !gpu.Gpu.Integrated) : gpus;
}
