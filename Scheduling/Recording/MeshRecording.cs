using Aurora.Scheduling.Cost;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Packing;
using Aurora.Scheduling.Planning;

namespace Aurora.Scheduling.Recording;

/// <summary>
/// Everything that a planner decides by, and what it decided of some tasks: put into another planner, the same tasks get the same
/// decisions. There is no randomness to be seeded.
/// </summary>
/// <param name="At">When it was recorded; the decisions were made for this moment.</param>
/// <param name="Nodes">In the order in which they joined.</param>
/// <param name="Placed">What holds a place.</param>
/// <param name="Waiting">What goes next, in order; at most <see cref="WaitingMax"/>.</param>
/// <param name="WaitingCount">How many wait in all.</param>
/// <param name="Expected">What the `pack` profile expects; null where no task can be placed by it.</param>
/// <param name="Tasks">The tasks that were asked about, one after the other.</param>
/// <param name="Decisions">What became of them, in the same order.</param>
public sealed record MeshRecording(
    DateTimeOffset At,
    PlannerSettings Settings,
    IReadOnlyList<RecordedNode> Nodes,
    IReadOnlyList<Placement> Placed,
    IReadOnlyList<PendingTask> Waiting,
    int WaitingCount,
    RecordedExpectation? Expected,
    IReadOnlyList<PendingTask> Tasks,
    IReadOnlyList<RecordedDecision> Decisions)
{
    /// <summary>Why nothing more is placed on rented nodes, by tenant; for all of them under the empty name.</summary>
    public IReadOnlyDictionary<string, string> RentRefusals { get; init; } = new Dictionary<string, string>();

    /// <summary>Every GPU type that nodes announced, in the order in which they came: what is expected names them by number.</summary>
    public IReadOnlyList<string> GpuTypes { get; init; } = [];

    /// <summary>Which owned node is being woken, so that nothing more is placed on rented ones; null for none.</summary>
    public string? OwnedFirst { get; init; }

    /// <summary>What is remembered of the work that wanted owned GPUs; null where nobody goes by it.</summary>
    public OwnedBidMemory? OwnedBid { get; init; }

    /// <summary>Waiting tasks of one recording.</summary>
    public const int WaitingMax = 10_000;

    /// <summary>Decides the recorded tasks again.</summary>
    public IReadOnlyList<RecordedDecision> Replay() =>
        [.. MeshPlanner.From(this).Plan(Tasks, At).Select((planned, number) => RecordedDecision.Of(Tasks[number], planned))];
}

/// <summary>A node as the planner saw it.</summary>
/// <param name="LastChosen">Which choice of the planner's was the last that fell on it; 0 for none. Equal nodes take turns by it.</param>
public sealed record RecordedNode(NodeFacts Facts, bool Available, NodeLoad Load, long LastChosen)
{
    /// <summary>What attempts of other pools hold there.</summary>
    public IReadOnlyList<ForeignAttempt> Foreign { get; init; } = [];

    /// <summary>When its inference servers have read what was sent there.</summary>
    public DateTimeOffset PrefillFree { get; init; }

    /// <summary>Since when its attempts run, by task, where it is rented.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset>? RunningSince { get; init; }

    /// <summary>When the last of them ended.</summary>
    public DateTimeOffset IdleSince { get; init; }

    /// <summary>Whether it is an owned node that can be woken.</summary>
    public bool Asleep { get; init; }

    /// <summary>What is kept there for a task that waits; null for nothing.</summary>
    public KeptPlace? Kept { get; init; }
}

/// <summary>The tasks that the `pack` profile expects.</summary>
/// <param name="Recent">The tasks that came last.</param>
/// <param name="Seen">How many came in all.</param>
/// <param name="NextLook">At how many it looks at them anew.</param>
/// <param name="EndedShare">The share of ends among placements and ends, 0 to 1.</param>
public sealed record RecordedExpectation(IReadOnlyList<PackDemand> Recent, long Seen, long NextLook, double EndedShare)
{
    /// <summary>The classes that it goes by since it looked last; empty where it looks anew with the next task.</summary>
    public IReadOnlyList<PackDemand> Classes { get; init; } = [];

    /// <summary>How often each of them comes.</summary>
    public IReadOnlyList<double> Shares { get; init; } = [];
}

/// <summary>What became of a task.</summary>
/// <param name="Node">Where it would run; null when it would wait.</param>
/// <param name="Gpus">Indexes of that node's GPUs.</param>
/// <param name="Summary">Why there, or why it would wait.</param>
public sealed record RecordedDecision(string TaskId, string? Node, IReadOnlyList<int> Gpus, string Summary)
{
    internal static RecordedDecision Of(PendingTask task, PlannedTask planned) =>
        new(task.TaskId, planned.Placement?.NodeId, [.. planned.Placement?.Gpus ?? []], planned.Summary);

    /// <inheritdoc/>
    public override string ToString() => $"{TaskId}: {(Node is null ? "waits" : $"{Node} [{string.Join(',', Gpus)}]")}; {Summary}";
}
