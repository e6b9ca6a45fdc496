using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Queueing;
using Aurora.Scheduling.Sharing;

namespace Aurora.Scheduling.Planning;

/// <summary>
/// Where a waiting task may fit that did not fit before. Once the queue is drained, nothing that waits fits anywhere,
/// and that stays so on every node that gains nothing: only nodes that gained capacity since, and tasks that were put
/// in line untried, need a look. What a drain costs is set by those and not by what waits.
/// </summary>
internal sealed class FreedCapacity(NodeTable table, WaitingTasks waiting, Reach reach, FairShares shares)
{
    private readonly List<int> nodes = [];
    private readonly List<ShapeClass> untried = [];
    private readonly HashSet<int> isFreed = [];
    private readonly Dictionary<TenantAccount, QueueEntry> firstOf = [];
    private long generation;

    /// <summary>Nodes that gained capacity, by ordinal.</summary>
    public IReadOnlyList<int> Nodes => nodes;

    /// <summary>The nodes on which a task of the class may fit; null for all. A gang may need some that were free before beside one that is now.</summary>
    public IReadOnlyList<int>? For(ShapeClass shapes) => shapes.Reach.Untried || shapes.Nodes > 1 ? null : nodes;

    /// <summary>The node has room for something that did not fit before.</summary>
    public void NodeGained(int ordinal)
    {
        // With nobody waiting there is nothing to look for later.
        if (waiting.Count == 0)
        {
            return;
        }

        generation++;
        if (isFreed.Add(ordinal))
        {
            nodes.Add(ordinal);
        }
    }

    /// <summary>The node has room for less than before. Only what counted on it has to be worked out again.</summary>
    public void NodeLost(int ordinal)
    {
        foreach (var shapes in waiting.Active)
        {
            if (shapes.Reach.Node == ordinal || shapes.Nodes > 1)
            {
                shapes.Reach.Generation = -1;
            }
        }
    }

    /// <summary>A task of the class was put in line without trying every node.</summary>
    public void PutInLineUntried(ShapeClass shapes)
    {
        if (!shapes.Reach.Untried)
        {
            shapes.Reach.Untried = true;
            shapes.Reach.Generation = -1;
            untried.Add(shapes);
        }
    }

    /// <summary>The task that goes first among those that fit now; null when none fits.</summary>
    public QueueEntry? Earliest()
    {
        if (waiting.Count == 0 || (nodes.Count == 0 && untried.Count == 0))
        {
            return null;
        }

        var sharesMatter = shares.Matter;
        if (sharesMatter)
        {
            shares.WorkOut();
        }

        QueueEntry? earliest = null;
        foreach (var shapes in waiting.Active)
        {
            if (shapes.Account.IsFull(shapes.GpusInAll))
            {
                shapes.Account.HeldBack.Add(shapes);
                continue;
            }

            var bytes = ReachOf(shapes);
            if (bytes == Reach.Nothing || shapes.Lines.EarliestUpTo(bytes) is not { } candidate)
            {
                continue;
            }

            if (shares.ByTenantFirst)
            {
                firstOf[shapes.Account] = QueueEntry.Earlier(firstOf.GetValueOrDefault(shapes.Account), candidate)!;
                continue;
            }

            earliest = !sharesMatter ? QueueEntry.Earlier(earliest, candidate)
                : earliest is null || shares.GoesBefore(candidate, earliest) ? candidate : earliest;
        }

        return shares.ByTenantFirst ? FirstOfTenants() : earliest;
    }

    private QueueEntry? FirstOfTenants()
    {
        QueueEntry? first = null;
        foreach (var candidate in firstOf.Values)
        {
            first = first is null || shares.GoesBefore(candidate, first) ? candidate : first;
        }

        firstOf.Clear();
        return first;
    }

    /// <summary>A tenant may take GPUs again: nobody looked whether what its quota kept waiting fits.</summary>
    public void QuotaFreed(TenantAccount account)
    {
        foreach (var shapes in account.HeldBack)
        {
            PutInLineUntried(shapes);
        }

        account.HeldBack.Clear();
    }

    /// <summary>To be called when <see cref="Earliest"/> found nothing: what waits now fits nowhere.</summary>
    public void Settle()
    {
        foreach (var shapes in untried)
        {
            shapes.Reach.Untried = false;
        }

        untried.Clear();
        nodes.Clear();
        isFreed.Clear();
        generation++;
    }

    private long ReachOf(ShapeClass shapes)
    {
        var known = shapes.Reach;
        if (known.Generation == generation)
        {
            return known.Bytes;
        }

        known.Bytes = Reach.Nothing;
        known.Node = -1;
        known.Generation = generation;
        if (shapes.Nodes > 1)
        {
            return known.Bytes = reach.OfGang(shapes);
        }

        var count = known.Untried ? table.Count : nodes.Count;
        for (var position = 0; position < count; position++)
        {
            var ordinal = known.Untried ? position : nodes[position];
            var bytes = reach.Now(ordinal, shapes);
            if (bytes > known.Bytes)
            {
                known.Bytes = bytes;
                known.Node = ordinal;
            }
        }

        return known.Bytes;
    }
}
