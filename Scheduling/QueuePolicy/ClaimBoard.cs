namespace Aurora.Scheduling.QueuePolicy;

/// <summary>
/// Who has claimed which GPUs in one round. A GPU is claimed by a task that had its turn, held by a running task whose
/// turn is still to come, or free.
/// </summary>
internal sealed class ClaimBoard
{
    private readonly IReadOnlyList<GpuNode> nodes;
    private readonly QueuePolicySettings settings;
    private readonly int[] claimed;
    private readonly int[] held;
    private readonly List<QueuedTask>[] holders;
    private readonly HashSet<QueuedTask> evicted = [];
    private readonly int[][] nodesOfType;
    private readonly Dictionary<QueuedTask, int> turns = [];
    private readonly int sortedCount;

    public ClaimBoard(IReadOnlyList<GpuNode> nodes, QueuedTask[] sorted, QueuePolicySettings settings)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        this.nodes = nodes;
        this.settings = settings;
        claimed = new int[nodes.Count];
        held = new int[nodes.Count];
        holders = new List<QueuedTask>[nodes.Count];
        for (var node = 0; node < nodes.Count; node++)
        {
            holders[node] = [];
            Unclaimed += nodes[node].Gpus;
        }

        var types = nodes.Count == 0 ? 0 : nodes.Max(node => node.Type) + 1;
        nodesOfType = [.. Enumerable.Range(0, types)
            .Select(type => Enumerable.Range(0, nodes.Count).Where(node => nodes[node].Type == type).ToArray())];
        sortedCount = sorted.Length;
        for (var turn = 0; turn < sorted.Length; turn++)
        {
            var task = sorted[turn];
            if (task.IsRunning)
            {
                turns.Add(task, turn);
            }

            foreach (var share in task.Place)
            {
                held[share.Node] += share.Gpus;
                holders[share.Node].Add(task);
                if (held[share.Node] > nodes[share.Node].Gpus)
                {
                    throw new ArgumentException($"Node {share.Node} has fewer GPUs than its running tasks hold.", nameof(sorted));
                }
            }
        }
    }

    /// <summary>GPUs that no task has claimed.</summary>
    public int Unclaimed { get; private set; }

    public bool IsEvicted(QueuedTask task) => evicted.Contains(task);

    public double SpeedOf(QueuedTask task, IReadOnlyList<GpuShare> place) => task.SpeedByType[nodes[place[0].Node].Type];

    /// <summary>The running task keeps what it holds.</summary>
    public void Keep(QueuedTask task)
    {
        Release(task);
        Take(task.Place);
    }

    /// <summary>The running task leaves its GPUs for others.</summary>
    public void Move(QueuedTask task, IReadOnlyList<GpuShare> place)
    {
        Release(task);
        evicted.Add(task);
        Take(place);
    }

    /// <summary>The best place of a task without GPUs, claimed; null where it fits nowhere.</summary>
    public IReadOnlyList<GpuShare>? Claim(QueuedTask task)
    {
        var best = BestPlace(task, settings.Preemptive, slowerThan: 0);
        if (best is null)
        {
            return null;
        }

        foreach (var share in best)
        {
            Evict(share);
        }

        Take(best);
        return best;
    }

    /// <summary>Free GPUs on which the running task is at least <paramref name="speedup"/> times faster; null where there are none.</summary>
    public IReadOnlyList<GpuShare>? FasterFree(QueuedTask task, double speedup) =>
        BestPlace(task, preempt: false, SpeedOf(task, task.Place) * speedup);

    private List<GpuShare>? BestPlace(QueuedTask task, bool preempt, double slowerThan)
    {
        var floor = Math.Max(settings.EfficiencyFloor * task.SpeedByType.Max(), slowerThan);
        List<GpuShare>? best = null;
        var worth = 0.0;
        for (var type = 0; type < nodesOfType.Length; type++)
        {
            var speed = task.SpeedByType[type];
            if (speed <= 0 || speed < floor || speed <= worth)
            {
                continue;
            }

            var (place, taken) = PlaceOn(nodesOfType[type], task.Gpus, preempt);
            var value = taken ? speed * settings.TakenPlaceShare : speed;
            if (place is not null && value > worth)
            {
                (best, worth) = (place, value);
            }
        }

        return best;
    }

    private (List<GpuShare>? Place, bool Taken) PlaceOn(int[] candidates, int gpus, bool preempt)
    {
        var largest = candidates.Length == 0 ? 0 : candidates.Max(node => nodes[node].Gpus);
        return largest == 0 ? (null, false)
            : gpus <= largest ? OneNode(candidates, gpus, preempt)
            : WholeNodes(candidates, gpus, preempt);
    }

    private (List<GpuShare>? Place, bool Taken) OneNode(int[] candidates, int gpus, bool preempt)
    {
        var best = -1;
        var bestKey = (Taken: int.MaxValue, Left: int.MaxValue);
        foreach (var node in candidates)
        {
            var open = nodes[node].Gpus - claimed[node];
            var free = open - held[node];
            if ((preempt ? open : free) < gpus)
            {
                continue;
            }

            // Free GPUs first; else those of whoever comes last, so that the loser does not push on the next one in a
            // chain of restarts. Then the tightest fit, so that whole nodes stay whole.
            var key = free >= gpus ? (0, free - gpus) : (sortedCount - FirstVictim(node, gpus - free), gpus - free);
            if (key.CompareTo(bestKey) < 0)
            {
                (best, bestKey) = (node, key);
            }
        }

        return best < 0 ? (null, false) : ([new GpuShare(best, gpus)], bestKey.Taken > 0);
    }

    /// <summary>The turn of the most urgent task that would have to give up GPUs of this node.</summary>
    private int FirstVictim(int node, int missing)
    {
        var victim = holders[node].Count;
        while (missing > 0)
        {
            missing -= GpusOn(holders[node][--victim], node);
        }

        return turns[holders[node][victim]];
    }

    private static int GpusOn(QueuedTask task, int node)
    {
        foreach (var share in task.Place)
        {
            if (share.Node == node)
            {
                return share.Gpus;
            }
        }

        return 0;
    }

    private (List<GpuShare>? Place, bool Taken) WholeNodes(int[] candidates, int gpus, bool preempt)
    {
        var place = new List<GpuShare>();
        var taken = false;
        foreach (var node in candidates
            .Where(node => claimed[node] == 0 && (preempt || held[node] == 0))
            .OrderBy(node => held[node])
            .ThenBy(node => node))
        {
            place.Add(new GpuShare(node, nodes[node].Gpus));
            taken |= held[node] > 0;
            gpus -= nodes[node].Gpus;
            if (gpus <= 0)
            {
                return (place, taken);
            }
        }

        return (null, false);
    }

    private void Evict(GpuShare share)
    {
        // Holders are in order of their turn, so the last one is whose turn comes last.
        while (nodes[share.Node].Gpus - claimed[share.Node] - held[share.Node] < share.Gpus)
        {
            var victim = holders[share.Node][^1];
            Release(victim);
            evicted.Add(victim);
        }
    }

    private void Release(QueuedTask task)
    {
        foreach (var share in task.Place)
        {
            held[share.Node] -= share.Gpus;
            holders[share.Node].Remove(task);
        }
    }

    private void Take(IReadOnlyList<GpuShare> place)
    {
        foreach (var share in place)
        {
            claimed[share.Node] += share.Gpus;
            Unclaimed -= share.Gpus;
        }
    }
}
