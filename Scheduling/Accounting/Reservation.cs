using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Accounting;

/// <summary>
/// What one attempt holds on a node. Who keeps something of each attempt derives from it, so that a running attempt is one object for the
/// ledger and for its keeper. None of it changes while it is held.
/// </summary>
public abstract class Reservation
{
    /// <summary>The task; a ledger holds one reservation of it.</summary>
    public abstract string TaskId { get; }

    /// <summary>The attempt's number: the fencing token of its release.</summary>
    public abstract int Attempt { get; }

    /// <summary>Indexes of the node's GPUs; empty for an attempt without a GPU.</summary>
    public abstract IReadOnlyList<int> Gpus { get; }

    /// <summary>Memory held on each of them, in bytes; at least 0.</summary>
    public abstract long BytesPerGpu { get; }

    /// <summary>Cores and host memory held.</summary>
    public abstract HostShare Host { get; }

    /// <summary>True when it was recorded without a check, or the node's facts changed since: it may exceed what the node has.</summary>
    public bool TakenOver { get; internal set; }
}
