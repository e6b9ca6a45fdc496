using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.Grains.Interfaces.Schedulers;

/// <summary>A node as its grain reports it to the scheduler.</summary>
/// <param name="Registration">The facts; null when they did not change since the last report of this epoch.</param>
/// <param name="Held">Every attempt in the node's ledger: the scheduler repairs its view from it.</param>
[GenerateSerializer, Immutable, Alias("aurora.node-report")]
public sealed record NodeReport(
    [property: Id(0)] string NodeId,
    [property: Id(1)] long Epoch,
    [property: Id(2)] NodeRegistration? Registration,
    [property: Id(3)] double CpuLoad,
    [property: Id(4)] GpuTelemetry[] Gpus,
    [property: Id(5)] AttemptId[] Held,
    [property: Id(6)] DateTimeOffset LastSeen);
