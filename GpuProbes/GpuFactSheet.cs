namespace Aurora.GpuProbes;

/// <summary>Collects the facts that a node announces of its GPUs.</summary>
internal static class GpuFactSheet
{
    public static IReadOnlyDictionary<string, object> Of(
        IReadOnlyList<(IGpuProbe Probe, GpuProbeResult Result)> answers, IReadOnlyList<MergedGpu> gpus, bool detected)
    {
        var facts = new Dictionary<string, object>();
        if (detected)
        {
            facts[GpuFactNames.CudaAvailable] = false;
        }

        // The most trusted probe has the last word, so it is written last.
        foreach (var (name, value) in answers.Reverse().SelectMany(answer => answer.Result.Facts))
        {
            facts[name] = value;
        }

        var finders = gpus.SelectMany(gpu => gpu.Sources).Select(source => source.Probe.Name).Distinct().ToList();
        facts[GpuFactNames.Probe] = finders.Count > 0 ? string.Join(", ", finders) : "none";
        facts[GpuFactNames.ProbeNotes] = answers
            .Where(answer => answer.Result.Note is not null)
            .Select(answer => $"{answer.Probe.Name}: {answer.Result.Note}")
            .ToArray();
        if (gpus.Count > 0)
        {
            facts[GpuFactNames.MemoryReported] = gpus.Select(gpu => gpu.Gpu.MemoryBytes ?? 0).ToArray();
        }

        if (GpuLinkTable.Of(gpus, answers.SelectMany(answer => answer.Result.Links)) is { } links)
        {
            facts[GpuFactNames.Links] = links;
        }

        if (gpus.Any(gpu => gpu.Gpu.UnifiedMemory))
        {
            facts[GpuFactNames.UnifiedMemory] = true;
        }

        return facts;
    }
}
