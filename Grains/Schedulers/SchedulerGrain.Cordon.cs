using Aurora.Grains.Interfaces.Events;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Scheduling.Model;

namespace Aurora.Grains.Schedulers;

/// <summary>Nodes that an operator closes, empties and opens again.</summary>
internal sealed partial class SchedulerGrain
{
    public async Task<bool> SetCordonAsync(string nodeId, bool cordoned, TimeSpan? drainFor)
    {
        DateTimeOffset? deadline = cordoned && drainFor is { } patience ? time.GetUtcNow() + patience : null;
        if (!await StoreGuard.Write(store.SetCordonAsync(nodeId, cordoned, deadline, CancellationToken.None)))
        {
            return false;
        }

        if (nodes.TryGetValue(nodeId, out var node))
        {
            node.Cordoned = cordoned;
            node.DrainDeadline = deadline;
            if (!cordoned)
            {
                node.Health.Release();
            }

            planner.SetAvailable(nodeId, node.IsOpen);
            PlaceWaiting();
        }

        LogCordon(nodeId, cordoned, deadline);
        NoteNode(
            !cordoned ? MeshEventKinds.NodeUncordoned : deadline is null ? MeshEventKinds.NodeCordoned : MeshEventKinds.NodeDraining,
            nodeId,
            deadline is { } end ? $"until {end:u}" : null);
        return true;
    }

    /// <summary>What still runs on a drained node when its time is over is stopped there and placed elsewhere.</summary>
    private async Task EndDrainsAsync(DateTimeOffset now)
    {
        foreach (var node in nodes.Values.Where(node => node.DrainDeadline <= now).ToList())
        {
            Placement[] left = [.. planner.PlacementsOn(node.NodeId)];
            await MoveAsync(left, "drain");
            foreach (var placement in left)
            {
                GrainFactory.GetGrain<INodeGrain>(node.NodeId)
                    .StopAsync(new AttemptId(placement.Task.TaskId, placement.Attempt)).Ignore();
            }
        }
    }
}
