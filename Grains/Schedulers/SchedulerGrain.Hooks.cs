using Aurora.Grains.Interfaces.Events;
using Aurora.Scheduling.Model;

namespace Aurora.Grains.Schedulers;

/// <summary>
/// Owned nodes that are woken before more is rented, and rented ones that stand idle: they are reported, and given back where the operator has
/// a program for it. Of the schedulers of a node's pools the first one's looks after it.
/// </summary>
internal sealed partial class SchedulerGrain
{
    private void WakeOwned(DateTimeOffset now)
    {
        if (!hooks.CanWake)
        {
            return;
        }

        // After a silo's start every node is away for a moment.
        var knowsWhoIsAway = now - begunAt > leaseOptions.Value.LostAfter;
        foreach (var node in nodes.Values.Where(IsHome))
        {
            planner.SetAsleep(
                node.NodeId,
                knowsWhoIsAway && node is { Connected: false, Cordoned: false, Tenure: NodeTenure.Owned, WakeAddress: not null });
        }

        foreach (var call in planner.CallSleepers(now))
        {
            if (nodes.TryGetValue(call.NodeId, out var node))
            {
                NoteNode(MeshEventKinds.NodeWoken, call.NodeId, $"for {call.ForTask}");
                _ = WakeAsync(node);
            }
        }

        PlaceWaiting();
    }

    private async Task WakeAsync(NodeEntry node)
    {
        if (await hooks.WakeAsync(node.NodeId, node.WakeAddress!) is { } failure)
        {
            LogHookFailed(node.NodeId, failure);
            NoteNode(MeshEventKinds.NodeHookFailed, node.NodeId, failure);
        }
    }

    private void LookAfterRented(DateTimeOffset now)
    {
        foreach (var node in nodes.Values.Where(node => node.Tenure is not NodeTenure.Owned && IsHome(node)))
        {
            if (!node.Connected || planner.CountOn(node.NodeId) > 0)
            {
                node.Busy();
                continue;
            }

            node.IdleSince ??= now;
            if (now - node.IdleSince < hookOptions.Value.ReleaseAfter)
            {
                continue;
            }

            if (node.Releasing && now - node.ReleaseAdvisedAt >= hookOptions.Value.ReleaseAfter + hookOptions.Value.Patience)
            {
                // The program said that it would go, and it did not: it works again until the next time.
                Reopen(node, now);
            }
            else if (node.ReleaseAdvisedAt is null)
            {
                AdviseRelease(node, now);
            }
        }
    }

    private void AdviseRelease(NodeEntry node, DateTimeOffset now)
    {
        node.ReleaseAdvisedAt = now;
        var idleSince = time.ToClock(node.IdleSince!.Value);
        LogReleaseAdvised(node.NodeId, idleSince);
        NoteNode(MeshEventKinds.NodeReleaseAdvised, node.NodeId, $"idle since {idleSince:u}");

        // Another pool's scheduler could place something there meanwhile.
        if (hooks.CanRelease && node.Pools.Length == 1)
        {
            node.Releasing = true;
            planner.SetAvailable(node.NodeId, node.IsOpen);
            _ = ReleaseAsync(node);
        }
    }

    private async Task ReleaseAsync(NodeEntry node)
    {
        if (await hooks.ReleaseAsync(node.NodeId) is { } failure)
        {
            LogHookFailed(node.NodeId, failure);
            NoteNode(MeshEventKinds.NodeHookFailed, node.NodeId, failure);
            Reopen(node, time.GetUtcNow());
            PlaceWaiting();
        }
        else
        {
            NoteNode(MeshEventKinds.NodeReleased, node.NodeId);
        }
    }

    private void Reopen(NodeEntry node, DateTimeOffset now)
    {
        node.Busy();
        node.IdleSince = now;
        planner.SetAvailable(node.NodeId, node.IsOpen);
    }
}
