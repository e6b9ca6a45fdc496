using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Queueing;
using Aurora.Scheduling.Routing;
using Aurora.Scheduling.Scoring;

namespace Aurora.Scheduling.Planning;

/// <summary>
/// Finds the best feasible place: in one pass over the dense rows, or by a tournament where the same kind of task comes again. Of equal
/// scores the node that holds fewest attempts wins, then the one chosen longest ago, then the one that joined first, so equal nodes take turns.
/// </summary>
internal sealed class PlacementChooser
{
    private readonly NodeTable table;
    private readonly Reach reach;
    private readonly PackingView? packing;
    private readonly RecentTournaments tournaments;

    // Most tasks have one GPU, and each keeps the array that names it.
    private static readonly int[][] One = [.. Enumerable.Range(0, 16).Select(gpu => new[] { gpu })];

    private int[] picked = [];
    private int[] best = [];
    private double[] scores = [];
    private readonly LinkedGpus linked = new();

    public PlacementChooser(NodeTable table, Reach reach, PackingView? packing)
    {
        (this.table, this.reach, this.packing) = (table, reach, packing);
        tournaments = new RecentTournaments(table, this);
    }

    /// <summary>The best place on any node, or on those named, but not on the one to avoid; null when nothing fits.</summary>
    public Choice? Choose(ShapeClass shapes, long bytes, ScoringPolicy policy, IReadOnlyList<int>? among = null, int avoid = -1)
    {
        if (shapes.GpuCount > table.GpusPerNodeMax)
        {
            return null;
        }

        if (ReferenceEquals(policy, RoomKept.Policy) && packing?.Choose(shapes, bytes, among, avoid) is { } place)
        {
            return LinkedAmongEquals(place, shapes);
        }

        MakeRoom(shapes.GpuCount);
        if (among is null && tournaments.Find(shapes, bytes, policy) is { } tournament)
        {
            if (tournament.Best() is not var (winner, most))
            {
                return null;
            }

            if (winner != avoid)
            {
                TryScoreAlone(winner, shapes, bytes, policy, out _);
                return new Choice(winner, GpusOf(picked, shapes.GpuCount), most);
            }
        }

        var weights = policy.Weights;
        var bestNode = -1;
        var bestScore = double.NegativeInfinity;
        var count = among?.Count ?? table.Count;
        for (var position = 0; position < count; position++)
        {
            var ordinal = among is null ? position : among[position];
            if (ordinal != avoid && TryScore(ordinal, shapes, bytes, policy, weights, bestScore, out var score)
                && (score > bestScore || (score == bestScore && GoesBefore(ordinal, bestNode, policy))))
            {
                bestNode = ordinal;
                bestScore = score;
                (picked, best) = (best, picked);
            }
        }

        return bestNode < 0 ? null : new Choice(bestNode, GpusOf(best, shapes.GpuCount), bestScore);
    }

    /// <summary>Scores the node's best GPUs, whatever other nodes have; false when the task does not fit. The GPUs are picked.</summary>
    public bool TryScoreAlone(int ordinal, ShapeClass shapes, long bytes, ScoringPolicy policy, out double score) =>
        TryScore(ordinal, shapes, bytes, policy, policy.Weights, double.NegativeInfinity, out score);

    /// <summary>One node's place for the task; null when the task does not fit there now.</summary>
    public Choice? ChooseOn(int ordinal, ShapeClass shapes, long bytes, ScoringPolicy policy) =>
        Choose(shapes, bytes, policy, [ordinal]);

    /// <summary>The terms of a place, as means over its GPUs.</summary>
    public ScoreTerms TermsOf(Choice choice, ShapeClass shapes, long bytes, ScoringPolicy policy)
    {
        if (choice.KeepsRoom)
        {
            return new ScoreTerms(RoomKept: choice.Score);
        }

        ref readonly var row = ref table.Row(choice.Node);
        var gpus = table.GpusOf(row);
        var terms = default(ScoreTerms);
        foreach (var gpu in choice.Gpus)
        {
            terms += GpuTerms(gpus[gpu], bytes) * (1.0 / choice.Gpus.Length);
        }

        terms += new ScoreTerms(Linked: row.Links?.Mean(choice.Gpus) ?? 0);

        return shapes.NeedsModel ? terms + NodeTerms(row) + ModelTerms(row, shapes, policy.Timing) : terms + NodeTerms(row);
    }

    /// <summary>Scores the node's best GPUs; false when the task does not fit, or its score is below the one to reach.</summary>
    private bool TryScore(int ordinal, ShapeClass shapes, long bytes, ScoringPolicy policy, in ScoreTerms weights, double toReach, out double score)
    {
        score = 0;
        ref readonly var row = ref table.Row(ordinal);
        var needed = shapes.GpuCount;
        if (!row.Open || needed > row.GpuCount || (needed > 0 && row.LargestFree < bytes)
            || !shapes.Match.RunsOn(row.Offer) || !reach.HasRoomFor(ordinal, row, shapes))
        {
            return false;
        }

        var isRented = row.Owned == 0 && policy.OnRented is not null;
        var ofNode = isRented ? ScoreOfNode(row, shapes, policy, policy.OnRented!.Value) : ScoreOfNode(row, shapes, policy, weights);
        if (needed > 0 && !isRented && ofNode + MostOf(row, bytes, weights) < toReach - GpuBounds.Rounding)
        {
            return false;
        }

        if (needed > 1 && row.Links is { } links && weights.Linked > 0)
        {
            if (!TryPickLinkedGpus(row, links, shapes, bytes, weights, out score))
            {
                return false;
            }
        }
        else if (needed > 0 && !TryPickGpus(row, shapes, bytes, weights, out score))
        {
            return false;
        }

        score = (isRented ? MeanScore(row, needed, bytes, policy.OnRented!.Value) : score) + ofNode;
        return true;
    }

    private static double ScoreOfNode(in NodeRow row, ShapeClass shapes, ScoringPolicy policy, in ScoreTerms weights) =>
        NodeScore(row, weights) + (shapes.NeedsModel ? ModelTerms(row, shapes, policy.Timing).Score(weights) : 0);

    /// <summary>The score of the GPUs that were picked.</summary>
    private double MeanScore(in NodeRow row, int needed, long bytes, in ScoreTerms weights)
    {
        var gpus = table.GpusOf(row);
        var sum = 0.0;
        for (var place = 0; place < needed; place++)
        {
            sum += GpuScore(gpus[picked[place]], bytes, weights);
        }

        var links = needed > 1 && row.Links is { } known ? known.Mean(picked.AsSpan(0, needed)) * weights.Linked : 0;
        return needed == 0 ? 0 : (sum / needed) + links;
    }

    /// <summary>Picks the best GPUs, best first, the lower index of equals; the score is their mean.</summary>
    private bool TryPickGpus(in NodeRow row, ShapeClass shapes, long bytes, in ScoreTerms weights, out double score)
    {
        var needed = shapes.GpuCount;
        if (needed == 1)
        {
            return TryPickGpu(row, shapes, bytes, weights, out score);
        }

        var gpus = table.GpusOf(row);
        var found = 0;
        for (var gpu = 0; gpu < gpus.Length; gpu++)
        {
            if (gpus[gpu].Free < bytes || !shapes.Match.AcceptsGpu(gpus[gpu].Type))
            {
                continue;
            }

            var gpuScore = GpuScore(gpus[gpu], bytes, weights);
            var place = Math.Min(found, needed);
            while (place > 0 && gpuScore > scores[place - 1])
            {
                place--;
            }

            if (place == needed)
            {
                continue;
            }

            for (var moved = Math.Min(found, needed - 1); moved > place; moved--)
            {
                scores[moved] = scores[moved - 1];
                picked[moved] = picked[moved - 1];
            }

            scores[place] = gpuScore;
            picked[place] = gpu;
            found++;
        }

        score = 0;
        if (found < needed)
        {
            return false;
        }

        for (var place = 0; place < needed; place++)
        {
            score += scores[place];
        }

        score /= needed;
        return true;
    }

    private bool TryPickGpu(in NodeRow row, ShapeClass shapes, long bytes, in ScoreTerms weights, out double score)
    {
        var gpus = table.GpusOf(row);
        (score, picked[0]) = (double.NegativeInfinity, -1);
        for (var gpu = 0; gpu < gpus.Length; gpu++)
        {
            if (gpus[gpu].Free >= bytes && shapes.Match.AcceptsGpu(gpus[gpu].Type) && GpuScore(gpus[gpu], bytes, weights) is var gpuScore && gpuScore > score)
            {
                (score, picked[0]) = (gpuScore, gpu);
            }
        }

        return picked[0] >= 0;
    }

    private bool TryPickLinkedGpus(in NodeRow row, GpuLinks links, ShapeClass shapes, long bytes, in ScoreTerms weights, out double score)
    {
        var gpus = table.GpusOf(row);
        linked.Clear();
        for (var gpu = 0; gpu < gpus.Length; gpu++)
        {
            if (gpus[gpu].Free >= bytes && shapes.Match.AcceptsGpu(gpus[gpu].Type))
            {
                linked.Add(gpu, GpuScore(gpus[gpu], bytes, weights));
            }
        }

        return linked.TryPick(links, weights.Linked, picked.AsSpan(0, shapes.GpuCount), out score);
    }

    /// <summary>The packing does not mind which of equal GPUs it takes, so the best linked of them are taken.</summary>
    private Choice LinkedAmongEquals(Choice place, ShapeClass shapes)
    {
        ref readonly var row = ref table.Row(place.Node);
        if (place.Gpus.Length < 2 || row.Links is not { } links)
        {
            return place;
        }

        var gpus = table.GpusOf(row);
        var (free, type) = (gpus[place.Gpus[0]].Free, gpus[place.Gpus[0]].Type);
        linked.Clear();
        for (var gpu = 0; gpu < gpus.Length; gpu++)
        {
            if (gpus[gpu].Free == free && gpus[gpu].Type == type)
            {
                linked.Add(gpu, score: 0);
            }
        }

        foreach (var gpu in place.Gpus)
        {
            if (gpus[gpu].Free != free || gpus[gpu].Type != type)
            {
                return place;
            }
        }

        MakeRoom(shapes.GpuCount);
        return linked.TryPick(links, weight: 1, picked.AsSpan(0, shapes.GpuCount), out var share) && share > links.Mean(place.Gpus)
            ? place with { Gpus = GpusOf(picked, shapes.GpuCount) }
            : place;
    }

    // The weighted sums of GpuTerms and NodeTerms, without building the terms: this runs for every GPU of the mesh.
    private static double GpuScore(in GpuRow gpu, long bytes, in ScoreTerms weights) =>
        (gpu.Power * weights.Power)
        + (MemoryFree(gpu, bytes) * weights.MemoryFree)
        + (gpu.FewTasks * weights.FewTasks)
        + (gpu.Idle * weights.GpuIdle)
        + (gpu.Cheap * weights.Cheap);

    /// <summary>No GPUs of the node have more.</summary>
    private static double MostOf(in NodeRow row, long bytes, in ScoreTerms weights) =>
        (row.Best.Power * weights.Power)
        + (Math.Clamp(row.Best.FreeShare - (bytes * (double)row.Best.SharePerByte), 0, 1) * weights.MemoryFree)
        + (row.Best.FewTasks * weights.FewTasks)
        + (row.Best.Idle * weights.GpuIdle)
        + (row.Best.Cheap * weights.Cheap)
        + (row.Links is null ? 0 : weights.Linked);

    private static double NodeScore(in NodeRow row, in ScoreTerms weights) =>
        (row.CpuIdle * weights.CpuIdle)
        + (row.FewTasks * weights.NodeFewTasks)
        + (row.MemoryFree * weights.NodeMemoryFree)
        + (row.GpuIdle * weights.NodeGpuIdle)
        + (row.Owned * weights.Owned)
        + (row.GpuCount == 0 ? weights.GpusSpared : 0);

    private static double MemoryFree(in GpuRow gpu, long bytes) =>
        Math.Clamp((gpu.Free - bytes) * gpu.SharePerByte, 0, 1);

    private static ScoreTerms GpuTerms(in GpuRow gpu, long bytes) => new(
        Power: gpu.Power,
        MemoryFree: MemoryFree(gpu, bytes),
        FewTasks: gpu.FewTasks,
        GpuIdle: gpu.Idle,
        Cheap: gpu.Cheap);

    private static ScoreTerms NodeTerms(in NodeRow row) => new(
        CpuIdle: row.CpuIdle,
        NodeFewTasks: row.FewTasks,
        NodeMemoryFree: row.MemoryFree,
        NodeGpuIdle: row.GpuIdle,
        GpusSpared: row.GpuCount == 0 ? 1 : 0,
        Owned: row.Owned);

    private static ScoreTerms ModelTerms(in NodeRow row, ShapeClass shapes, RequestTiming? timing)
    {
        var isLoaded = shapes.Match.IsLoadedOn(row.Offer);
        var slotsFree = Math.Max(0, 1 - ((double)row.Requests / row.RequestSlots));
        if (timing is null)
        {
            return new ScoreTerms(ModelLoaded: isLoaded ? 1 : 0, RequestsFree: slotsFree);
        }

        var (inTime, spared, soon) = timing.Judge(row.Speed, row.PrefillFree, isLoaded, slotsFree);
        return new ScoreTerms(InTime: inTime, SpeedSpared: spared, Soon: soon);
    }

    /// <summary>Which of two nodes with equal scores is taken.</summary>
    public bool GoesBefore(int ordinal, int other, ScoringPolicy policy)
    {
        ref readonly var one = ref table.Row(ordinal);
        ref readonly var two = ref table.Row(other);
        if (policy.OnRented is not null && one.RentedOrder != two.RentedOrder)
        {
            return one.RentedOrder < two.RentedOrder;
        }

        if (one.Held != two.Held)
        {
            return one.Held < two.Held;
        }

        return one.LastChosen != two.LastChosen ? one.LastChosen < two.LastChosen : ordinal < other;
    }

    private static int[] GpusOf(int[] source, int count)
    {
        if (count == 1 && source[0] < One.Length)
        {
            return One[source[0]];
        }

        var gpus = source[..count];
        Array.Sort(gpus);
        return gpus;
    }

    private void MakeRoom(int gpus)
    {
        if (picked.Length < gpus)
        {
            picked = new int[gpus];
            best = new int[gpus];
            scores = new double[gpus];
        }
    }
}

/// <summary>A place on a node.</summary>
/// <param name="Node">The node's ordinal.</param>
/// <param name="Gpus">Indexes of its GPUs, ascending.</param>
/// <param name="Score">In [0, 1].</param>
/// <param name="KeepsRoom">Whether it was chosen for the room that it leaves; the score is then of that alone.</param>
internal sealed record Choice(int Node, int[] Gpus, double Score, bool KeepsRoom = false);
