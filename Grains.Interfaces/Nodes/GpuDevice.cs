namespace Aurora.Grains.Interfaces.Nodes;

/// <summary>One GPU of a node.</summary>
/// <param name="Index">Position on the node, from 0; what an assignment names.</param>
/// <param name="Type">The vendor's product name, e.g. <c>NVIDIA GeForce RTX 4090</c>.</param>
/// <param name="MemoryBytes">Nominal memory: what the box says (24 GB is 24·2³⁰ even where the driver shows 23.99).</param>
/// <param name="Uuid">The vendor's stable id, or null.</param>
[GenerateSerializer, Immutable, Alias("aurora.gpu-device")]
public sealed record GpuDevice(
    [property: Id(0)] int Index,
    [property: Id(1)] string Type,
    [property: Id(2)] long MemoryBytes,
    [property: Id(3)] string? Uuid);
