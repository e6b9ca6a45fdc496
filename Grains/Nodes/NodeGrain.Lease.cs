using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Tasks;
using Aurora.Scheduling.Accounting;
using Aurora.Scheduling.Lifecycle;
using Aurora.Storage;

namespace Aurora.Grains.Nodes;

/// <summary>Joining with an inventory, and losing the lease.</summary>
internal sealed partial class NodeGrain
{
    /// <summary>The rows of the attempts that the node says it has and this grain does not hold.</summary>
    private async Task<Dictionary<AttemptId, TaskRow?>> ReadInventoryAsync(NodeRegistration newRegistration)
    {
        AttemptId[] unknown = [.. newRegistration.Running.Where(id => !Holds(id))];
        if (unknown.Length == 0)
        {
            return [];
        }

        var rows = (await StoreGuard.Read(store.GetManyAsync([.. unknown.Select(id => id.TaskId).Distinct()], CancellationToken.None)))
            .ToDictionary(row => row.TaskId, StringComparer.Ordinal);
        return unknown.Distinct().ToDictionary(id => id, id => rows.GetValueOrDefault(id.TaskId));
    }

    /// <summary>
    /// Decides about every attempt that the node says it has: kept when it is the current one, to be stopped otherwise.
    /// What the grain held and the node lacks is dropped; the scheduler sees it missing and puts it back in line.
    /// </summary>
    private AttemptId[] AdoptInventory(NodeRegistration newRegistration, Dictionary<AttemptId, TaskRow?> rows, bool isSameProcess)
    {
        // A push and an inventory may cross. What was pushed to this very process a moment ago is kept; if it did not
        // arrive, a heartbeat shows that soon.
        var now = time.GetUtcNow();
        var inventory = newRegistration.Running.ToHashSet();
        var kept = Held
            .Where(attempt => inventory.Contains(attempt.Assignment.Id) || (isSameProcess && now - attempt.OrderedAt < PushGrace))
            .ToDictionary(attempt => attempt.TaskId, StringComparer.Ordinal);
        var stop = new List<AttemptId>();
        foreach (var id in inventory.Where(id => !Holds(id)))
        {
            var row = rows.GetValueOrDefault(id);
            if (row is { Phase: TaskPhase.Assigned or TaskPhase.Running } && row.IsOn(NodeId) && row.Attempt == id.Attempt)
            {
                var order = row.ToAssignment(NodeId);
                kept[row.TaskId] = new HeldAttempt(order, HostOf(order), now, watched: false);
                kept[row.TaskId].Confirm();
            }
            else
            {
                stop.Add(id);
            }
        }

        stop.AddRange(RebuildLedger(kept.Values));
        TakeLeaving(newRegistration.Leaving);
        return [.. stop];
    }

    /// <summary>Reserves these attempts, and no others, under the announced facts; what does not fit is dropped and returned.</summary>
    private List<AttemptId> RebuildLedger(IEnumerable<HeldAttempt> attempts)
    {
        var rebuilt = new GpuLedger(FactsForLedger());
        var dropped = new List<AttemptId>();
        foreach (var attempt in attempts)
        {
            // Its host counts here only while the node serves several pools.
            attempt.Takes(HostOf(attempt.Assignment));
            if (!rebuilt.TryReserve(attempt, out var refusal))
            {
                LogDropped(attempt.TaskId, attempt.Attempt, NodeId, refusal.Message);
                dropped.Add(attempt.Assignment.Id);
            }
        }

        ledger = rebuilt;

        return dropped;
    }

    /// <summary>
    /// Whether another process has the name and is alive. A connection that closed, and a node that is silent, give way at once, and so
    /// does the same process on an older connection.
    /// </summary>
    private bool IsHeldByAnother(NodeRegistration newcomer, INodeAgentObserver newAgent) =>
        joined && agent is not null && !agent.Equals(newAgent) && closedAt is null
        && registration?.InstanceId != newcomer.InstanceId
        && time.GetUtcNow() - lastSeen < leaseOptions.Value.SuspectAfter;

    /// <summary>Whether the holder of the name is really there: an agent that was killed and started again is not refused for its own past.</summary>
    private async Task<bool> AnswersAsync(INodeAgentObserver holder)
    {
        try
        {
            await holder.PingAsync().WaitAsync(leaseOptions.Value.HeartbeatInterval, time);
            return true;
        }
        catch (Exception e) when (e is TimeoutException or OrleansException)
        {
            contest.Freed();
            return false;
        }
    }

    private void StartLeaseWatch()
    {
        lastSeen = lastTick = time.GetUtcNow();
        leaseTimer ??= this.RegisterGrainTimer(WatchLeaseAsync, new GrainTimerCreationOptions
        {
            DueTime = leaseOptions.Value.HeartbeatInterval,
            Period = leaseOptions.Value.HeartbeatInterval,
            KeepAlive = true,
            Interleave = true,
        });
    }

    private async Task WatchLeaseAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var gap = now - lastTick;
        lastTick = now;
        if (gap > leaseOptions.Value.HeartbeatInterval * 3)
        {
            // This process stood still, so it could not have heard the node: silence counts from now.
            // What came in before this was counted is not counted twice.
            lastSeen = lastSeen + gap < now ? lastSeen + gap : now;
            closedAt = closedAt + gap > now ? now : closedAt + gap;
        }

        if (closedAt is { } closed && now - closed > leaseOptions.Value.ReconnectGrace)
        {
            await LoseAsync(
                $"its connection closed and it did not come back within {leaseOptions.Value.ReconnectGrace.TotalSeconds:F1} s", bySilence: true);
        }
        else if (now - lastSeen > leaseOptions.Value.LostAfter)
        {
            var reason = joined
                ? $"no sign of life for {(now - lastSeen).TotalSeconds:F0} s"
                : $"did not come back within {leaseOptions.Value.LostAfter.TotalSeconds:F0} s";
            await LoseAsync(reason, bySilence: true);
        }
        else if (joined && agent is not null && closedAt is null && now - lastSeen > leaseOptions.Value.HeartbeatInterval * 1.5)
        {
            _ = PingAsync(agent);
        }
    }

    /// <summary>A silent node is slow, frozen or gone; Orleans knows when its client's connections have closed.</summary>
    private async Task PingAsync(INodeAgentObserver silent)
    {
        var of = epoch;
        try
        {
            await silent.PingAsync();
        }
        catch (Exception e) when (e is ClientNotAvailableException or SiloUnavailableException)
        {
            // Of a node behind a gateway it is the gateway that is gone. The node is on its way to another one with all the others
            // that were there, and silent until it arrives.
            if (of == epoch && joined && !IsBehindGateway)
            {
                closedAt ??= lastSeen;
            }
        }
        catch (Exception e)
        {
            LogPingFailed(NodeId, e.Message);
        }
    }

    /// <summary>Whether it is connected through a gateway, and names its attempts when it comes back.</summary>
    private bool IsBehindGateway => registration is { Transport: "websocket" } current && current.Features.Contains("heartbeat");

    private async Task LoseAsync(string reason, bool bySilence)
    {
        leaseTimer?.Dispose();
        leaseTimer = null;
        joined = false;
        closedAt = null;
        agent = null;
        contest.Freed();
        RebuildLedger([]);
        await Task.WhenAll(pools.Select(pool => GrainFactory.GetGrain<ISchedulerGrain>(pool).NodeLostAsync(NodeId, epoch, reason, bySilence)));
    }
}
