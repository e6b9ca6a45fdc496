using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.Grains.Observability;

/// <summary>What one GPU of a connected node measured last.</summary>
internal readonly record struct GpuReading(string NodeId, int Index, long MemoryBytes, GpuTelemetry Telemetry);
