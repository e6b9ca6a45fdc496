using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Accounting;

/// <summary>What one attempt holds on a node.</summary>
/// <param name="Attempt">The attempt's number: the fencing token of its release.</param>
/// <param name="Gpus">Indexes of the node's GPUs; empty for an attempt without a GPU.</param>
/// <param name="BytesPerGpu">Memory held on each of them, in bytes.</param>
/// <param name="TakenOver">True when it was recorded without a check, or the node's facts changed since: it may exceed what the node has.</param>
public sealed record Reservation(string TaskId, int Attempt, IReadOnlyList<int> Gpus, long BytesPerGpu, bool TakenOver)
{
    /// <summary>Cores and host memory held.</summary>
    public HostShare Host { get; init; }
}
