using Aurora.Scheduling.Routing;

namespace Aurora.Bench.Traces.Inference;

/// <summary>A modelled inference server: requests that it works at once, at least 1, and how fast it is.</summary>
internal readonly record struct Replica(int Slots, ServerSpeed Speed);
