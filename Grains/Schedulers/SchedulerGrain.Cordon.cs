using Aurora.Grains.Interfaces.Events;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Scheduling.Model;

namespace Aurora.Grains.Schedulers;

/// <summary>Nodes that an operator closes, empties and opens again.</summary>
internal sealed partial class SchedulerGrain
{
    // A script has its grace period, and then its last checkpoint goes to the mesh.
    private static readonly TimeSpan LeavePatience = TimeSpan.FromMinutes(1);

    public async Task<bool> SetCordonAsync(string nodeId, bool cordoned, TimeSpan? drainFor)
    {
        DateTimeOffset? deadline = cordoned && drainFor is { } patience ? clock.GetUtcNow() + patience : null;
        if (!await StoreGuard.Write(store.SetCordonAsync(nodeId, cordoned, deadline, CancellationToken.None)))
        {
            return false;
        }

        if (nodes.TryGetValue(nodeId, out var node))
        {
            node.Cordoned = cordoned;
            node.DrainDeadline = deadline is { } by ? time.FromClock(by) : null;
            if (!cordoned)
            {
                node.Health.Lift();
                RememberHealth(node);
            }

            Reconsider(node);
            PlaceWaiting();
        }

        LogCordon(nodeId, cordoned, deadline);
        NoteNode(
            !cordoned ? MeshEventKinds.NodeUncordoned : deadline is null ? MeshEventKinds.NodeCordoned : MeshEventKinds.NodeDraining,
            nodeId,
            deadline is { } end ? $"until {end:u}" : null);
        return true;
    }

    /// <summary>
    /// What still runs on a drained node when its time is over is asked to end with a checkpoint, and placed elsewhere once it has: until
    /// then the checkpoint is not whole. What does not end, and what cannot be asked, is stopped and placed elsewhere.
    /// </summary>
    private async Task EndDrainsAsync(DateTimeOffset now)
    {
        foreach (var node in nodes.Values.Where(node => node.DrainDeadline <= now).ToList())
        {
            Placement[] left = [.. planner.PlacementsOn(node.NodeId)];
            if (node.Registration.Features.Contains(NodeRegistration.PreemptFeature) && now < node.DrainDeadline + LeavePatience)
            {
                Placement[] unasked = [.. left.Where(placement => planner.LeavesFor(placement.Task.TaskId) is null)];
                foreach (var placement in unasked)
                {
                    planner.MarkLeaving(placement.Task.TaskId, placement.Attempt, LeavingAttempt.ForDrain);
                }

                foreach (var gang in unasked.Where(placement => placement.Gang is not null))
                {
                    AskGangToLeave(gang);
                }

                if (unasked.Length > 0)
                {
                    AskToLeave(node.NodeId, [.. unasked.Where(placement => placement.Gang is null).Select(placement => new LeavingAttempt(new AttemptId(placement.Task.TaskId, placement.Attempt), LeavingAttempt.ForDrain))]);
                }

                continue;
            }

            await MoveAsync(left, "drain");
            foreach (var placement in left)
            {
                GrainFactory.GetGrain<INodeGrain>(node.NodeId)
                    .StopAsync(new AttemptId(placement.Task.TaskId, placement.Attempt)).Ignore();
            }
        }
    }
}
