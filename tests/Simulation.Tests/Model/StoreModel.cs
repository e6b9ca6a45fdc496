using Aurora.Scheduling.Lifecycle;
using Aurora.Scheduling.Model;

namespace Aurora.Simulation.Tests.Model;

/// <summary>A task's row.</summary>
internal sealed class StoredRow(PendingTask task)
{
    public PendingTask Task { get; } = task;

    public TaskPhase Phase { get; set; }

    public int Attempt { get; set; }

    public string? NodeId { get; set; }

    public long NodeEpoch { get; set; }

    public IReadOnlyList<int> Gpus { get; set; } = [];

    /// <summary>Of a gang, by rank.</summary>
    public IReadOnlyList<GangMember>? Members { get; set; }

    public bool IsPlaced => Phase is TaskPhase.Assigned or TaskPhase.Running;

    public bool HasEnded => TaskLifecycle.HasEnded(Phase);

    /// <summary>Whether the node has an open part of the current attempt.</summary>
    public bool IsOn(string nodeId) => Members is null ? NodeId == nodeId : Members.Any(member => member.NodeId == nodeId && !member.HasEnded);

    /// <summary>The current attempt's place.</summary>
    public Placement ToPlacement() => new(Task with { Attempt = Attempt - 1 }, Attempt, NodeId!, NodeEpoch, Gpus) { Gang = Members };

    public StoredRow Copy() => (StoredRow)MemberwiseClone();
}

/// <summary>One conditional write, as the store's contract has them.</summary>
/// <param name="Kind">Null for an insert.</param>
/// <param name="Placement">For an insert that is placed at once, for an assignment, and for a requeue: the place that is given up.</param>
/// <param name="SchedulerEpoch">Of what a scheduler decides; 0 for what a node reports.</param>
internal sealed record Write(TaskEventKind? Kind, PendingTask Task, int Attempt, Placement? Placement = null, long SchedulerEpoch = 0)
{
    /// <summary>Of an end, the node that reports it.</summary>
    public string? Node { get; init; }
}

/// <summary>What a committed write did.</summary>
/// <param name="IsOfMember">Whether only a gang's member ended, and the attempt goes on.</param>
internal readonly record struct Outcome(bool Applied, TaskPhase Phase, bool IsOfMember = false);

/// <summary>
/// The database: each write is judged against the row as it is at the commit, by the documented fences and by the
/// production life cycle. A caller may not learn what became of its write.
/// </summary>
internal sealed class StoreModel(World world)
{
    private readonly Dictionary<string, (long Epoch, NodeFacts Facts)> nodes = new(StringComparer.Ordinal);

    public Dictionary<string, StoredRow> Rows { get; } = new(StringComparer.Ordinal);

    public long SchedulerEpoch { get; private set; }

    /// <summary>Until then every call fails.</summary>
    public long DownUntil { get; set; }

    public (long Epoch, NodeFacts Facts)? FindNode(string nodeId) => nodes.TryGetValue(nodeId, out var node) ? node : null;

    public List<(long Epoch, NodeFacts Facts)> ListNodes() => [.. nodes.Values];

    public void Commit(Part caller, IReadOnlyList<Write> writes, Action<Outcome[]> committed, Action unknown) =>
        Call(caller, () => writes.Select(Apply).ToArray(), committed, unknown);

    public void AcquireScheduler(Part caller, Action<long> acquired, Action unknown) =>
        Call(caller, () => ++SchedulerEpoch, acquired, unknown);

    public void RegisterNode(Part caller, NodeFacts facts, Action<long> registered, Action unknown) => Call(
        caller,
        () =>
        {
            var epoch = (FindNode(facts.NodeId)?.Epoch ?? 0) + 1;
            nodes[facts.NodeId] = (epoch, facts with { Epoch = epoch });
            return epoch;
        },
        registered,
        unknown);

    /// <summary>What is read may be old by the time it arrives.</summary>
    public void Read<T>(Part caller, Func<T> read, Action<T> done, Action failed) => Call(caller, read, done, failed);

    private void Call<T>(Part caller, Func<T> execute, Action<T> done, Action unknown) => world.After(1 + world.Random.Next(15), () =>
    {
        var isDown = world.Now < DownUntil;
        var isUnknown = isDown || world.Chance(world.Faults.Unknown);
        if (isDown || (isUnknown && world.Chance(0.5)))
        {
            Answer(unknown);
            return;
        }

        var result = execute();
        Answer(isUnknown ? unknown : () => done(result));

        void Answer(Action act) => world.After(1 + world.Random.Next(15), () => caller.Take(act));
    });

    private Outcome Apply(Write write)
    {
        if (write.Kind is null)
        {
            return Insert(write);
        }

        if (!Rows.TryGetValue(write.Task.TaskId, out var row))
        {
            return default;
        }

        if (write.SchedulerEpoch != 0 && write.SchedulerEpoch != SchedulerEpoch && IsFenced(write.Kind.Value))
        {
            return new Outcome(false, row.Phase);
        }

        if (write.Kind == TaskEventKind.Requeued
            && (row.NodeId != write.Placement!.LeadNode() || row.NodeEpoch != (write.Placement.Gang?[0].NodeEpoch ?? write.Placement.NodeEpoch)))
        {
            return new Outcome(false, row.Phase);
        }

        if (write.Kind == TaskEventKind.Completed && row.Members is { } members && world.Bug != PlantedBug.CompleteWithFirstMember)
        {
            if (!row.IsPlaced || row.Attempt != write.Attempt)
            {
                return new Outcome(false, row.Phase);
            }

            row.Members = [.. members.Select(member => member.NodeId == write.Node ? member with { HasEnded = true } : member)];
            if (row.Members.Any(member => !member.HasEnded))
            {
                return new Outcome(true, row.Phase, IsOfMember: true);
            }
        }

        var isEnd = write.Kind is TaskEventKind.Completed or TaskEventKind.Failed;
        var named = isEnd && world.Bug == PlantedBug.NoAttemptFence ? row.Attempt : write.Attempt;
        var (phase, attempt, rejection) = TaskLifecycle.Apply(row.Phase, row.Attempt, new TaskEvent(write.Kind.Value, named));
        if (rejection is not null)
        {
            return new Outcome(false, row.Phase);
        }

        world.Truth.Writing(write, row);
        row.Phase = phase;
        row.Attempt = attempt;
        if (write.Kind == TaskEventKind.Assigned)
        {
            Place(row, write.Placement!);
        }

        return new Outcome(true, phase);
    }

    private bool IsFenced(TaskEventKind kind) => world.Bug switch
    {
        PlantedBug.NoSchedulerFence => kind != TaskEventKind.Assigned,
        PlantedBug.SupersededRequeue => kind != TaskEventKind.Requeued,
        PlantedBug.SupersededCancel => kind != TaskEventKind.Cancelled,
        _ => true,
    };

    private Outcome Insert(Write write)
    {
        if (Rows.TryGetValue(write.Task.TaskId, out var existing))
        {
            return new Outcome(false, existing.Phase);
        }

        if (write.SchedulerEpoch != SchedulerEpoch && world.Bug is not (PlantedBug.NoSchedulerFence or PlantedBug.SupersededInsert))
        {
            return default;
        }

        var row = new StoredRow(write.Task);
        Rows.Add(write.Task.TaskId, row);
        if (write.Placement is not null && (write.SchedulerEpoch == SchedulerEpoch || world.Bug == PlantedBug.NoSchedulerFence))
        {
            world.Truth.Writing(write, row);
            (row.Phase, row.Attempt, _) = TaskLifecycle.Apply(row.Phase, row.Attempt, new TaskEvent(TaskEventKind.Assigned, 1));
            Place(row, write.Placement);
        }

        return new Outcome(true, row.Phase);
    }

    private static void Place(StoredRow row, Placement placement)
    {
        row.NodeId = placement.NodeId;
        row.NodeEpoch = placement.NodeEpoch;
        row.Gpus = placement.Gpus;
        row.Members = placement.Gang;
    }
}
