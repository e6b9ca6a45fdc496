using Aurora.Scheduling.Accounting;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Scoring;

namespace Aurora.Scheduling.Planning;

/// <summary>
/// A placement, why it was made and when; a restored one carries no score, and counts from when it was restored. Of a task of one node it is
/// also what the node's ledger keeps; a gang holds something on each of its nodes.
/// </summary>
internal sealed class PlacedTask(Placement placement, TrackedNode node, ScoringPolicy policy, DateTimeOffset at) : Reservation
{
    /// <summary>In the place of a task: the attempt leaves since its node is drained. Nodes know the same word.</summary>
    public const string LeavesForDrain = "drain";

    // Hundreds of thousands run at once on a large mesh.
    private readonly long ticks = at.UtcTicks;
    // What its node was then decides which weights the terms are kept under.
    private readonly bool wasOwned = node.Facts.Price.Tenure is NodeTenure.Owned;
    private KeptTerms terms;
    private bool isScored;

    public Placement Placement { get; private set; } = placement;

    /// <summary>Of a gang the node of rank 0.</summary>
    public TrackedNode Node { get; } = node;

    public ScoringPolicy Policy { get; } = policy;

    /// <summary>What counted of its node.</summary>
    public ScoreTerms Weights => Policy.WeightsFor(wasOwned);

    public DateTimeOffset At => new(ticks, TimeSpan.Zero);

    /// <summary>The score by term that the place was chosen for; of a gang the mean over its places. Null for a restored placement.</summary>
    public ScoreTerms? Terms
    {
        get => isScored ? terms.Under(Weights) : null;
        init => (terms, isScored) = (KeptTerms.Of(value ?? default, Weights), value is not null);
    }

    public double? Score => Terms?.Score(Weights);

    /// <summary>The task for which the attempt was asked to leave, or <see cref="LeavesForDrain"/>; null for one that stays.</summary>
    public string? LeavesFor { get; set; }

    public override string TaskId => Placement.Task.TaskId;

    public override int Attempt => Placement.Attempt;

    public override IReadOnlyList<int> Gpus => Placement.Gpus;

    public override long BytesPerGpu => Math.Max(0, Placement.Task.Shape.MemoryBytesPerGpu);

    public override HostShare Host => Placement.Task.Shape.Host;

    /// <summary>One member of a gang has ended.</summary>
    public void End(GangMember ended) => Placement = Placement with
    {
        Gang = [.. Placement.Gang!.Select(member => ReferenceEquals(member, ended) ? member with { HasEnded = true } : member)],
    };
}
