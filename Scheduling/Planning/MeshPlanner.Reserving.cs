using System.Diagnostics;
using Aurora.Scheduling.Accounting;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Sharing;

namespace Aurora.Scheduling.Planning;

/// <summary>What an attempt takes of one node, and gives back.</summary>
public sealed partial class MeshPlanner
{
    private TrackedNode FindOrAdd(string nodeId, long epoch) =>
        nodes.Find(nodeId) ?? nodes.Add(new NodeFacts(nodeId, epoch, [], 0, new HashSet<string>()));

    private void Reserve(TrackedNode node, Reservation attempt, PendingTask task, TenantAccount account)
    {
        if (!node.Ledger.TryReserve(attempt, out var refusal))
        {
            throw new UnreachableException($"{node.Facts.NodeId} was chosen and refuses: {refusal.Message}.");
        }

        node.Count(task.Shape, 1);
        if (task.Shape.Model is not null && node.Facts.Models is { Speed: var speed })
        {
            node.PrefillFree = (node.PrefillFree > shares.Now ? node.PrefillFree : shares.Now) + speed.PrefillOf(task.ContextTokens);
        }

        shares.Count(account, attempt.Gpus.Count, 1);
        nodes.Chosen(node);
        node.Rented?.Began(task.TaskId, shares.Now);
        packing?.Placed(task.Shape);
        Renew(node);
    }

    private void TakeOver(TrackedNode node, Reservation attempt, TaskShape shape)
    {
        node.Ledger.TakeOver(attempt);
        node.Count(shape, 1);
        node.Rented?.Began(attempt.TaskId, shares.Now);
        shares.Count(shares.Of(shape.Tenant), attempt.Gpus.Count, 1);
        Renew(node);
    }

    private void Free(TrackedNode node, Placement placement, IReadOnlyList<int> gpus)
    {
        node.Ledger.Release(placement.Task.TaskId, placement.Attempt);
        var shape = placement.Task.Shape;
        node.Count(shape, -1);
        node.Rented?.Ended(placement.Task.TaskId, shares.Now);
        packing?.Ended(shape);
        var account = shares.Of(shape.Tenant);
        shares.Count(account, gpus.Count, -1);
        if (account.HeldBack.Count > 0)
        {
            freed.QuotaFreed(account);
        }

        Renew(node);
        if (shape.AntiAffinity is not null)
        {
            // Rows do not show it.
            freed.NodeGained(node.Ordinal);
        }
    }

    private void Renew(TrackedNode node)
    {
        var gained = nodes.Renew(node);
        packing?.Renew(node);
        freed.NodeLost(node.Ordinal);
        if (gained)
        {
            freed.NodeGained(node.Ordinal);
        }
    }
}
