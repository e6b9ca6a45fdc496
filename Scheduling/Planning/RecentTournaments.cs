using System.Runtime.CompilerServices;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Queueing;
using Aurora.Scheduling.Scoring;

namespace Aurora.Scheduling.Planning;

/// <summary>
/// A tournament for each kind of task that comes again and again while few nodes change. For any other a look at every node costs less.
/// </summary>
internal sealed class RecentTournaments(NodeTable table, PlacementChooser chooser)
{
    // Of fewer nodes a look at each is as fast.
    private const int NodesMin = 16;

    // Between two looks at most this share of the nodes may change.
    private const int ChangedShare = 4;

    // Building a tournament costs as much as a few looks at every node, so a kind has to have come this often in a row.
    private const int LooksBefore = 8;

    private const int KindBits = 5;

    private readonly Kind[] kinds = new Kind[1 << KindBits];

    /// <summary>
    /// The tournament for the kind of task; null when every node is to be looked at: for what its row does not tell, as whom a node holds already
    /// or whether it may be rented now, or because too much changed.
    /// </summary>
    public NodeTournament? Find(ShapeClass shapes, long bytes, ScoringPolicy policy)
    {
        if (table.Count < NodesMin || !table.AreAllOwned || shapes.AntiAffinity is not null || policy.Timing is not null)
        {
            return null;
        }

        var hash = (uint)HashCode.Combine(RuntimeHelpers.GetHashCode(shapes), bytes, RuntimeHelpers.GetHashCode(policy));
        ref var kind = ref kinds[hash >> (32 - KindBits)];
        var isKnown = ReferenceEquals(kind.Shapes, shapes) && kind.Bytes == bytes && ReferenceEquals(kind.Policy, policy);
        if (!isKnown)
        {
            kind = new Kind(shapes, bytes, policy);
        }

        var comesAgain = isKnown && table.Version - kind.LookedAt <= table.Count / ChangedShare;
        kind.LookedAt = table.Version;
        kind.Looks = comesAgain ? kind.Looks + 1 : 0;
        return kind.Looks >= LooksBefore ? kind.Tournament ??= new NodeTournament(table, chooser, shapes, bytes, policy) : null;
    }

    private record struct Kind(ShapeClass Shapes, long Bytes, ScoringPolicy Policy)
    {
        public long LookedAt { get; set; }

        public int Looks { get; set; }

        public NodeTournament? Tournament { get; set; }
    }
}
