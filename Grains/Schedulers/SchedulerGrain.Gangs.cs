using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Tasks;
using Aurora.Scheduling.Cost;
using Aurora.Scheduling.Lifecycle;
using Aurora.Scheduling.Model;

namespace Aurora.Grains.Schedulers;

/// <summary>
/// Tasks of several nodes. All members are assigned in one write and under one attempt number; whatever ends the attempt on one node, a
/// failure, a loss, a refusal, ends it for all, and the others are told to stop.
/// </summary>
internal sealed partial class SchedulerGrain
{
    // Attempts that a node holds and that are not placed there, and since when. An order to stop was lost, with a silo as a rule;
    // an end or an order that is on its way is there sooner than a node is lost.
    private readonly Dictionary<(string NodeId, AttemptId Attempt), DateTimeOffset> strays = [];

    /// <summary>Each member of a gang is sent again by itself.</summary>
    private static string ResentKey(Placement placement) => placement.Gang is null ? placement.Task.TaskId : $"{placement.Task.TaskId}@{placement.NodeId}";

    private string AddressOf(string nodeId) => nodes.GetValueOrDefault(nodeId)?.Address ?? nodeId;

    /// <summary>Stops what still runs of a gang's attempt that has ended. Does nothing for a task of one node, and for another attempt.</summary>
    private void StopMembers(Placement placement, int attempt)
    {
        if (placement.Gang is not null && placement.Attempt == attempt)
        {
            StopAllAsync(placement).Ignore();
        }
    }

    private Task StopAllAsync(Placement placement)
    {
        foreach (var nodeId in placement.OpenNodes())
        {
            resent.Remove(ResentKey(placement.On(nodeId)));
        }

        var attempt = new AttemptId(placement.Task.TaskId, placement.Attempt);
        return Task.WhenAll(placement.OpenNodes().Select(nodeId => GrainFactory.GetGrain<INodeGrain>(nodeId).StopAsync(attempt)));
    }

    private async Task<bool> WatchGangAsync(Placement placement)
    {
        var held = await Task.WhenAll(placement.OpenNodes().Select(nodeId => GrainFactory.GetGrain<INodeGrain>(nodeId).WatchAsync(placement.Task.TaskId)));
        return Array.Exists(held, isHeld => isHeld);
    }

    /// <summary>A gang leaves as one: the checkpoint is rank 0's, whichever of its nodes is to be empty.</summary>
    private void AskGangToLeave(Placement placement)
    {
        foreach (var nodeId in placement.OpenNodes())
        {
            AskToLeave(nodeId, [new LeavingAttempt(new AttemptId(placement.Task.TaskId, placement.Attempt), LeavingAttempt.ForDrain)]);
        }
    }

    /// <summary>A gang costs what its members cost, until the last of them ends; rented is what has a rented node.</summary>
    private AttemptPrice PriceOf(Placement placement, IReadOnlyList<GangMember> gang)
    {
        var sum = default(AttemptPrice);
        foreach (var member in gang)
        {
            if (nodes.TryGetValue(member.NodeId, out var node) && node.PriceOf(placement) is var price)
            {
                sum = new AttemptPrice(
                    (NodeTenure)Math.Max((int)sum.Tenure, (int)price.Tenure), sum.PerHour + price.PerHour, sum.OnDemandPerHour + price.OnDemandPerHour);
            }
        }

        return sum;
    }

    private async Task StopStraysAsync(NodeEntry node, NodeReport report)
    {
        var now = time.GetUtcNow();
        List<AttemptId>? found = null;
        foreach (var attempt in report.Held)
        {
            if (planner.FindPlacement(attempt.TaskId) is { } placement && placement.Attempt == attempt.Attempt && placement.IsOpenOn(node.NodeId))
            {
                continue;
            }

            if (!inserting.Contains(attempt.TaskId) && !Array.Exists(report.HeldByOthers, other => other.Attempt == attempt))
            {
                (found ??= []).Add(attempt);
            }
        }

        if (strays.Count > 0)
        {
            foreach (var gone in strays.Keys.Where(key => key.NodeId == node.NodeId && found?.Contains(key.Attempt) != true).ToList())
            {
                strays.Remove(gone);
            }
        }

        foreach (var attempt in found ?? [])
        {
            if (!strays.TryAdd((node.NodeId, attempt), now) && now - strays[(node.NodeId, attempt)] >= leaseOptions.Value.LostAfter)
            {
                strays.Remove((node.NodeId, attempt));
                await StopStrayAsync(node.NodeId, attempt);
            }
        }
    }

    /// <summary>The store knows whether the node runs what it should.</summary>
    private async Task StopStrayAsync(string nodeId, AttemptId attempt)
    {
        var row = await StoreGuard.Read(store.GetAsync(attempt.TaskId, CancellationToken.None));
        if (row is { Phase: TaskPhase.Assigned or TaskPhase.Running } && row.Attempt == attempt.Attempt && row.IsOn(nodeId))
        {
            if (!IsKnown(row.TaskId))
            {
                TakeUp(row);
            }

            return;
        }

        LogStray(attempt.TaskId, attempt.Attempt, nodeId);
        GrainFactory.GetGrain<INodeGrain>(nodeId).StopAsync(attempt).Ignore();
    }
}
