using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Tasks;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Sharing;

namespace Aurora.Grains.Nodes;

/// <summary>
/// The pools that the node serves. Each has a scheduler of its own, which plans on what the node last told it; this grain is the only
/// writer of the node's memory, so of two that plan the same place one is refused, and told at once what there is.
/// </summary>
internal sealed partial class NodeGrain
{
    // How old what one pool's scheduler knows of the others' attempts may be.
    private static readonly TimeSpan TellAfter = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan TurnPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TurnLength = TimeSpan.FromSeconds(2);

    private string[] pools = [MeshConstants.DefaultPool];
    private PoolTurns? turns;
    private IGrainTimer? tellTimer;
    private bool tellsSoon;

    private bool IsShared => pools.Length > 1;

    public Task AwaitTurnAsync(string pool)
    {
        if (turns is not null && pools.Contains(pool))
        {
            turns.Waits(pool, time.GetUtcNow());
        }

        return Task.CompletedTask;
    }

    /// <summary>Takes a registration and returns the pools that it does not name any more.</summary>
    private string[] Take(NodeRegistration newRegistration)
    {
        var before = registration is null ? [] : pools;
        registration = newRegistration;
        pools = NodeTraits.Parse(newRegistration.Facts).Pools;
        turns = IsShared ? turns ?? new PoolTurns(TurnPatience, TurnLength, leaseOptions.Value.HeartbeatInterval * 3) : null;
        return [.. before.Except(pools)];
    }

    /// <summary>The schedulers of these pools get their attempts back; the agent stops what it runs of them.</summary>
    private void Leave(string[] left)
    {
        if (left.Length == 0)
        {
            return;
        }

        AttemptId[] orphans = [.. Held.Select(attempt => attempt.Assignment).Where(order => left.Contains(order.Pool)).Select(order => order.Id)];
        foreach (var orphan in orphans)
        {
            Drop(orphan.TaskId);
        }

        if (orphans.Length > 0 && agent is not null)
        {
            Push(agent.StopAsync(orphans));
        }

        foreach (var pool in left)
        {
            GrainFactory.GetReference<ISchedulerGrain>(pool).NodeLostAsync(NodeId, epoch, $"it does not serve the pool {pool} any more", bySilence: false).Ignore();
        }
    }

    /// <summary>Cores and host memory have one writer too where several schedulers place on them.</summary>
    private NodeFacts FactsForLedger()
    {
        var facts = registration!.ToFacts(NodeId, epoch);
        return IsShared ? facts with { Host = NodeTraits.Parse(registration!.Facts).Host } : facts;
    }

    private HostShare HostOf(AttemptAssignment order) => IsShared ? order.ToShape().Host : default;

    /// <summary>What is taken or freed here by one pool is news to the others. One call for what happens within a moment.</summary>
    private void TellOtherPools()
    {
        if (IsShared && joined && !tellsSoon)
        {
            tellsSoon = true;
            tellTimer ??= this.RegisterGrainTimer(TellAsync, new GrainTimerCreationOptions
            {
                DueTime = Timeout.InfiniteTimeSpan,
                Period = Timeout.InfiniteTimeSpan,
                Interleave = true,
            });
            tellTimer.Change(TellAfter, Timeout.InfiniteTimeSpan);
        }
    }

    private Task TellAsync()
    {
        tellsSoon = false;
        if (joined)
        {
            ReportToSchedulers(withRegistration: false);
        }

        return Task.CompletedTask;
    }

    private void ReportToSchedulers(bool withRegistration)
    {
        var leaving = Leaving();
        AttemptId[] ids = [.. Held.Select(attempt => attempt.Assignment.Id)];
        var holder = turns?.HolderAt(time.GetUtcNow());
        foreach (var pool in pools)
        {
            GrainFactory.GetReference<ISchedulerGrain>(pool)
                .NodeReportedAsync(new NodeReport(NodeId, epoch, withRegistration ? registration : null, cpuLoad, telemetry, ids, time.ToClock(lastSeen))
                {
                    SilentFor = time.GetUtcNow() - lastSeen,
                    HeldByOthers = IsShared ? HeldByOthersThan(pool) : [],
                    Leaving = leaving,
                    Closed = closedReason,
                    TurnOf = holder == pool ? null : holder,
                })
                .Ignore();
        }
    }

    private HeldElsewhere[] HeldByOthersThan(string pool) =>
    [
        .. Held.Select(attempt => attempt.Assignment).Where(order => order.Pool != pool).Select(order =>
        {
            var shape = order.ToShape();
            return new HeldElsewhere(
                order.Id, order.TaskType, order.Gpus, order.MemoryBytesPerGpu, shape.Host.CpuMilli, shape.Host.MemoryBytes, shape.AntiAffinity, shape.Model);
        }),
    ];
}
