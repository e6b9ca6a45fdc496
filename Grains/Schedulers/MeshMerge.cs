using Aurora.Grains.Interfaces.Schedulers;

namespace Aurora.Grains.Schedulers;

/// <summary>What the schedulers of all pools see, as one.</summary>
internal static class MeshMerge
{
    // A node that one pool's scheduler quarantined is active while another's gives it work.
    private const string Active = "active";

    public static MeshView Merge(MeshView[] pools) => pools.Length == 1 ? pools[0] : new MeshView(
        [
            .. pools.SelectMany(pool => pool.Nodes)
                .GroupBy(node => node.NodeId, StringComparer.Ordinal)
                .OrderBy(views => views.Key, StringComparer.Ordinal)
                .Select(views => views.Aggregate(Merge)),
        ],
        pools.Sum(pool => pool.QueuedTasks),
        pools.Sum(pool => pool.ActiveTasks),
        pools.Sum(pool => pool.CompletedTasks))
    {
        Pools = [.. pools.SelectMany(pool => pool.Pools)],
    };

    public static QueueView Merge(QueueView[] pools, int limit) => pools.Length == 1 ? pools[0] : new QueueView(
        pools.Sum(pool => pool.Queued),
        [.. pools.SelectMany(pool => pool.Tasks).OrderByDescending(task => task.EffectivePriority).ThenBy(task => task.SubmittedAt).Take(limit)])
    {
        ByPriority = [.. Enumerable.Range(0, pools.Max(pool => pool.ByPriority.Length)).Select(priority => pools.Sum(pool => pool.ByPriority.ElementAtOrDefault(priority)))],
    };

    private static NodeStatusView Merge(NodeStatusView one, NodeStatusView other)
    {
        // A scheduler that the node left long ago still remembers it as it was.
        var newest = other.LastSeen > one.LastSeen ? other : one;
        return newest with
        {
            Status = one.Status == Active || other.Status == Active ? Active : newest.Status,
            ReservedBytes = [.. Enumerable.Range(0, Math.Max(one.ReservedBytes.Length, other.ReservedBytes.Length))
                .Select(gpu => one.ReservedBytes.ElementAtOrDefault(gpu) + other.ReservedBytes.ElementAtOrDefault(gpu))],
            ActiveTasks = one.ActiveTasks + other.ActiveTasks,
            CompletedTasks = one.CompletedTasks + other.CompletedTasks,
        };
    }
}
