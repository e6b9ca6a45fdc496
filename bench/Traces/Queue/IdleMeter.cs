using Aurora.Scheduling.QueuePolicy;

namespace Aurora.Bench.Traces.Queue;

/// <summary>Adds up the GPU time that stood idle although waiting jobs, smallest first, would have fitted on it.</summary>
internal sealed class IdleMeter(IReadOnlyList<GpuNode> nodes)
{
    private readonly double gpus = nodes.Sum(node => node.Gpus);
    private double avoidable;

    public void Advance(double from, double until, IEnumerable<QueuedTask> active)
    {
        if (until <= from)
        {
            return;
        }

        var free = nodes.Select(node => node.Gpus).ToArray();
        var waiting = new List<QueuedTask>();
        foreach (var task in active)
        {
            if (!task.IsRunning)
            {
                waiting.Add(task);
            }

            foreach (var share in task.Place)
            {
                free[share.Node] -= share.Gpus;
            }
        }

        if (waiting.Count > 0 && free.Any(left => left > 0))
        {
            avoidable += (until - from) * waiting.OrderBy(task => task.Gpus).Sum(task => Fit(task, free));
        }
    }

    public double Percent(double until) => until > 0 ? 100 * avoidable / (gpus * until) : 0;

    private int Fit(QueuedTask task, int[] free)
    {
        var node = Array.FindIndex(free, left => left >= task.Gpus);
        if (node >= 0)
        {
            free[node] -= task.Gpus;
            return task.Gpus;
        }

        foreach (var type in nodes.Select(each => each.Type).Distinct())
        {
            var whole = Enumerable.Range(0, nodes.Count)
                .Where(each => nodes[each].Type == type && free[each] == nodes[each].Gpus && nodes[each].Gpus < task.Gpus)
                .ToList();
            if (whole.Sum(each => nodes[each].Gpus) >= task.Gpus)
            {
                var fitted = 0;
                foreach (var each in whole.TakeWhile(_ => fitted < task.Gpus))
                {
                    fitted += free[each];
                    free[each] = 0;
                }

                return fitted;
            }
        }

        return 0;
    }
}
