namespace Aurora.GpuProbes;

/// <summary>One GPU as one probe sees it. A null is something that the probe does not tell.</summary>
/// <param name="Key">The probe's own name for it, unique within the probe; readings carry it.</param>
/// <param name="Type">The vendor's product name.</param>
internal sealed record ProbedGpu(string Key, string Type)
{
    /// <summary>The vendor's stable id.</summary>
    public string? Uuid { get; init; }

    /// <summary>Normalised by <see cref="PciAddress"/>. MIG devices share the one of their parent.</summary>
    public string? PciId { get; init; }

    /// <summary>What the driver reports in bytes, not the size on the box.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>The memory is a share of the host's memory.</summary>
    public bool UnifiedMemory { get; init; }

    /// <summary>Part of the processor; it counts only where the machine has no GPU of its own.</summary>
    public bool Integrated { get; init; }

    /// <summary><see cref="MemoryBytes"/> is already the size to announce, because a person stated it.</summary>
    public bool MemoryIsNominal { get; init; }
}
