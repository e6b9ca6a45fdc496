using System.Numerics;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Queueing;
using Aurora.Scheduling.Scoring;

namespace Aurora.Scheduling.Planning;

/// <summary>
/// The best node for one kind of task. Of the nodes that changed since the last look each is scored again and plays its matches up to the
/// root, so a look costs the logarithm of the nodes for each change and not a look at every node.
/// </summary>
internal sealed class NodeTournament(NodeTable table, PlacementChooser chooser, ShapeClass shapes, long bytes, ScoringPolicy policy)
{
    private const int Nobody = -1;

    private double[] scores = [];

    // A heap-shaped tree: the winner of 2i and 2i + 1 at i, the nodes in its second half.
    private int[] winners = [];
    private int leaves;
    private long version = long.MinValue;

    /// <summary>The best node and its score; null when the task fits nowhere.</summary>
    public (int Node, double Score)? Best()
    {
        var changes = table.Version - version;
        if (leaves < table.Count || version == long.MinValue || changes > Math.Min(table.Count / 2, NodeTable.ChangesKept))
        {
            Build();
        }
        else
        {
            for (var change = version + 1; change <= table.Version; change++)
            {
                Score(table.ChangedBy(change));
            }

            for (var change = version + 1; change <= table.Version; change++)
            {
                PlayFrom(table.ChangedBy(change));
            }
        }

        version = table.Version;
        return winners[1] == Nobody ? null : (winners[1], scores[winners[1]]);
    }

    private void Build()
    {
        leaves = Math.Max(2, (int)BitOperations.RoundUpToPowerOf2((uint)table.Count));
        if (scores.Length != leaves)
        {
            scores = new double[leaves];
            winners = new int[2 * leaves];
        }

        winners.AsSpan().Fill(Nobody);
        for (var node = 0; node < table.Count; node++)
        {
            Score(node);
        }

        for (var match = leaves - 1; match > 0; match--)
        {
            Play(match);
        }
    }

    private void Score(int node)
    {
        var fits = chooser.TryScoreAlone(node, shapes, bytes, policy, out var score);
        scores[node] = score;
        winners[leaves + node] = fits ? node : Nobody;
    }

    private void PlayFrom(int node)
    {
        for (var match = (leaves + node) / 2; match > 0; match /= 2)
        {
            Play(match);
        }
    }

    private void Play(int match)
    {
        var (one, other) = (winners[2 * match], winners[(2 * match) + 1]);
        winners[match] = one == Nobody ? other
            : other == Nobody || scores[one] > scores[other] ? one
            : scores[one] == scores[other] && chooser.GoesBefore(one, other, policy) ? one
            : other;
    }
}
