using Aurora.Grains.Interfaces.Nodes;
using Aurora.Scheduling.Accounting;
using Aurora.Scheduling.Model;

namespace Aurora.Grains.Nodes;

/// <summary>An attempt that a node holds: its order, what it takes of the node, and how far it is.</summary>
/// <param name="assignment">The order.</param>
/// <param name="host">Cores and host memory that it takes.</param>
/// <param name="orderedAt">When the order was first pushed to the agent.</param>
/// <param name="watched">Whether the task grain is to be told when the attempt ends.</param>
internal sealed class HeldAttempt(AttemptAssignment assignment, HostShare host, DateTimeOffset orderedAt, bool watched) : Reservation
{
    // A shorter one is not worth another copy of the order.
    private const int PayloadKeptMax = 256;

    private HostShare host = host;
    private long orderedTicks = orderedAt.UtcTicks;
    private long pushedTicks = orderedAt.UtcTicks;

    public AttemptAssignment Assignment { get; private set; } = assignment;

    /// <summary>When the order was pushed to the agent; of one that came twice, the last time.</summary>
    public DateTimeOffset OrderedAt => new(orderedTicks, TimeSpan.Zero);

    /// <summary>When the order was last pushed to the agent.</summary>
    public DateTimeOffset PushedAt
    {
        get => new(pushedTicks, TimeSpan.Zero);
        set => pushedTicks = value.UtcTicks;
    }

    /// <summary>Whether the task grain is to be told when the attempt ends.</summary>
    public bool Watched { get; set; } = watched;

    /// <summary>The task for which it was asked to leave; null for one that stays.</summary>
    public string? LeavesFor { get; set; }

    /// <summary>Whether its end is being committed: a repeated report waits for that commit's outcome by being sent again.</summary>
    public bool Ending { get; set; }

    /// <summary>Whether the order's payload was dropped, so that the store has to be asked before it can be pushed again.</summary>
    public bool LacksPayload { get; private set; }

    public override string TaskId => Assignment.TaskId;

    public override int Attempt => Assignment.Attempt;

    public override IReadOnlyList<int> Gpus => Assignment.Gpus;

    public override long BytesPerGpu => Math.Max(0, Assignment.MemoryBytesPerGpu);

    public override HostShare Host => host;

    /// <summary>Says what it takes of the host, before a ledger is told of it.</summary>
    public void Takes(HostShare share) => host = share;

    /// <summary>The order came once more, and is pushed once more.</summary>
    public void Order(DateTimeOffset now, bool watched)
    {
        orderedTicks = pushedTicks = now.UtcTicks;
        Watched |= watched;
    }

    /// <summary>The agent has the order: from now on only a fault of the agent needs its payload, which may be as large as a task may be.</summary>
    public void Confirm()
    {
        if (Assignment.Payload.Length > PayloadKeptMax)
        {
            Assignment = Assignment with { Payload = "" };
            LacksPayload = true;
        }
    }
}
