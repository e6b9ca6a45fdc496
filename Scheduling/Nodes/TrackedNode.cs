using Aurora.Scheduling.Accounting;
using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Nodes;

/// <summary>A node as the planner keeps it: what it announced, measures and holds.</summary>
internal sealed class TrackedNode(NodeFacts facts, int ordinal)
{
    public static readonly NodeLoad NoLoad = new(0, []);

    private RentedUse? rented;
    private readonly Dictionary<string, int> groups = new(StringComparer.Ordinal);

    public NodeFacts Facts => Ledger.Facts;

    /// <summary>Its place in the dense arrays.</summary>
    public int Ordinal { get; } = ordinal;

    public GpuLedger Ledger { get; } = new(facts);

    /// <summary>Attempts it holds that are requests to its inference servers.</summary>
    public int Requests { get; private set; }

    /// <summary>Requests that its servers work at once.</summary>
    public int RequestSlots => Facts.Models?.Slots ?? Facts.MaxParallel;

    /// <summary>Since when it is in use, for a rented node; null for an owned one.</summary>
    public RentedUse? Rented => Facts.Price.Tenure is NodeTenure.Owned ? null : rented ??= new RentedUse();

    /// <summary>When its inference servers have read the contexts that were sent there, as far as they tell how fast they read.</summary>
    public DateTimeOffset PrefillFree { get; set; }

    /// <summary>False while the node is known only from a placement on it.</summary>
    public bool Joined { get; set; }

    public bool Available { get; set; }

    /// <summary>What is kept here for a task that waits for it; null for nothing.</summary>
    public KeptPlace? Kept { get; set; }

    /// <summary>Of an owned node that is asleep and can be woken; null for any other.</summary>
    public SleepState? Sleep { get; set; }

    public NodeLoad Load { get; set; } = NoLoad;

    /// <summary>Whether it holds a task that has this name for <see cref="TaskShape.AntiAffinity"/>.</summary>
    public bool Holds(string group) => groups.ContainsKey(group);

    /// <summary>The load as it counts by now: memory of what ended since it was measured is free.</summary>
    public NodeLoad CurrentLoad => Load with
    {
        Gpus = [.. Load.Gpus.Select(gpu => gpu.Index >= 0 && gpu.Index < Facts.Gpus.Count ? gpu with { UsedBytes = Ledger.MeasuredBytes(gpu.Index) } : gpu)],
    };

    /// <summary>How many tasks it holds that have this name.</summary>
    public int CountOf(string group) => groups.GetValueOrDefault(group);

    /// <summary>Counts a task that it holds, or no longer holds.</summary>
    public void Count(TaskShape shape, int change)
    {
        Requests += shape.Model is null ? 0 : change;
        if (shape.AntiAffinity is { } group)
        {
            groups[group] = groups.GetValueOrDefault(group) + change;
            if (groups[group] == 0)
            {
                groups.Remove(group);
            }
        }
    }

    /// <summary>What attempts of other pools hold here.</summary>
    public IReadOnlyList<ForeignAttempt> Foreign { get; private set; } = [];

    /// <summary>Takes what attempts of other pools hold here by now; see <see cref="GpuLedger.ReplaceForeign"/>.</summary>
    public void ReplaceForeign(IReadOnlyList<ForeignAttempt> now)
    {
        foreach (var gone in Foreign)
        {
            Count(gone.Shape, -1);
        }

        Foreign = now;
        foreach (var attempt in now)
        {
            Count(attempt.Shape, 1);
        }

        Ledger.ReplaceForeign([.. now.Select(attempt => new PlainReservation(
            attempt.TaskId, attempt.Attempt, attempt.Gpus, attempt.Shape.MemoryBytesPerGpu, attempt.Shape.Host) { TakenOver = true })]);
    }

    public NodeView View() =>
        new(Facts, Available, Load, [.. Facts.Gpus.Select((_, gpu) => Ledger.ReservedBytes(gpu) - Ledger.ForeignBytes(gpu))], Ledger.HeldCount);
}
