using Aurora.Grains.Interfaces.Events;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Tasks;
using Aurora.Scheduling.Lifecycle;
using Aurora.Scheduling.Model;

namespace Aurora.Grains.Schedulers;

/// <summary>Nodes that come, change, fall silent and go.</summary>
internal sealed partial class SchedulerGrain
{
    private static readonly TimeSpan MissingFor = TimeSpan.FromSeconds(3);

    // Placements that were sent again, and whether that was refused once.
    private readonly Dictionary<string, bool> resent = new(StringComparer.Ordinal);
    private readonly MassLossBrake massLoss = new(
        leaseOptions.Value.LostAfter, leaseOptions.Value.MassLossHold, leaseOptions.Value.MassReturnHold);

    public async Task NodeReportedAsync(NodeReport report)
    {
        if (!nodes.TryGetValue(report.NodeId, out var node) || node.Epoch != report.Epoch)
        {
            if (report.Registration is null || (node is not null && node.Epoch > report.Epoch))
            {
                // A report of a registration that this activation has not seen: ask for the whole of it.
                GrainFactory.GetGrain<INodeGrain>(report.NodeId).EnsureActiveAsync().Ignore();
                return;
            }

            LogNodeJoined(report.NodeId, report.Epoch, report.Registration.Gpus.Length, report.Registration.Transport);
            NoteNode(MeshEventKinds.NodeJoined, report.NodeId, $"{report.Registration.Gpus.Length} GPUs, over {report.Registration.Transport}");
        }

        if (node is null)
        {
            node = new NodeEntry(report.NodeId, report.Registration!, report.Epoch);
            nodes.Add(report.NodeId, node);
        }

        var isNewRegistration = report.Registration is not null;
        var hasDied = false;
        if (isNewRegistration)
        {
            hasDied = DiedUnnoticed(node, report);
            Pardon(node, report.Registration!);
            if (node.Connected && node.Epoch < report.Epoch)
            {
                massLoss.Reconnected(node.NodeId, time.GetUtcNow());
            }

            node.Registration = report.Registration!;
            node.Epoch = report.Epoch;
            planner.UpsertNode(node.ToFacts(), available: false);
        }

        var wasSuspect = node is { Connected: true, Suspect: true };
        node.Connected = true;
        node.Suspect = report.SilentFor > leaseOptions.Value.SuspectAfter;
        if (wasSuspect && !node.Suspect)
        {
            NoteNode(MeshEventKinds.NodeActive, node.NodeId);
        }

        TakeClosed(node, report.Closed);
        node.Refusing = false;
        node.IsOthersTurn = report.TurnOf is not null;
        massLoss.Returned(node.NodeId);
        node.LastSeen = time.GetUtcNow() - report.SilentFor;
        node.CpuLoad = report.CpuLoad;
        node.Telemetry = report.Gpus;
        planner.ObserveLoad(node.NodeId, node.ToLoad());
        node.HoldsOthers = report.HeldByOthers.Length > 0;
        planner.ObserveForeign(node.NodeId, [.. report.HeldByOthers.Select(ShapeMapping.ToForeign)]);
        TakeLeaving(report);
        planner.SetAvailable(node.NodeId, node.IsOpen);

        await ReconcileAsync(node, report.Held, hasDied);
        await StopStraysAsync(node, report);
        PlaceWaiting();
    }

    public async Task NodeLostAsync(string nodeId, long nodeEpoch, string reason, bool bySilence)
    {
        if (!nodes.TryGetValue(nodeId, out var node) || node.Epoch > nodeEpoch)
        {
            return;
        }

        LogNodeLost(nodeId, nodeEpoch, reason);
        var hasDied = bySilence && node.CanBeKilled;
        node.Connected = false;
        node.Busy();
        planner.SetAvailable(nodeId, available: false);
        if (IsHome(node))
        {
            instruments.NodeLost(bySilence);
        }

        NoteNode(MeshEventKinds.NodeLost, nodeId, reason);
        var taken = planner.PlacementsOn(nodeId);
        if (taken.Count > 0 && node.Health.Lost(time.GetUtcNow()))
        {
            NoteQuarantine(node, "it was lost too often");
        }

        if (bySilence && massLoss.IsHeld(nodeId, nodes.Count, time.GetUtcNow(), CountSilent()))
        {
            LogMassLoss(nodeId, massLoss.HeldCount);
            return;
        }

        await (bySilence ? LoseOrFenceAsync(node, taken, hasDied) : LoseAsync([.. taken]));
    }

    /// <summary>
    /// Nodes that are not lost yet and not heard either. Of connections that broke in one moment the first is lost when the others have
    /// been silent for almost as long, so that is counted too.
    /// </summary>
    private int CountSilent()
    {
        var now = time.GetUtcNow();
        var almostLost = leaseOptions.Value.ReconnectGrace * 0.8;
        var silence = almostLost < leaseOptions.Value.SuspectAfter ? almostLost : leaseOptions.Value.SuspectAfter;
        return nodes.Values.Count(node => node.Connected && now - node.LastSeen > silence);
    }

    /// <summary>
    /// Repairs the difference between what the planner has on a node and what the node holds. A placement of an older
    /// registration that the node does not hold is lost with it. One of this registration that stays missing is looked up:
    /// ended tasks free their place, others are sent again.
    /// </summary>
    private async Task ReconcileAsync(NodeEntry node, IReadOnlyList<AttemptId> held, bool hasDied)
    {
        var placements = planner.PlacementsOn(node.NodeId);
        if (placements.Count == 0)
        {
            node.Missing = NodeEntry.NoneMissing;
            return;
        }

        var heldSet = held.ToHashSet();
        var outbox = outboxes.GetValueOrDefault(node.NodeId);
        var now = time.GetUtcNow();
        List<Placement>? lost = null;
        List<Placement>? gone = null;
        Dictionary<AttemptId, DateTimeOffset>? missing = null;
        foreach (var placement in placements)
        {
            var attempt = new AttemptId(placement.Task.TaskId, placement.Attempt);
            if (heldSet.Contains(attempt))
            {
                resent.Remove(ResentKey(placement));
            }
            else if (placement.NodeEpoch < node.Epoch)
            {
                (lost ??= []).Add(placement);
            }
            else if (outbox?.IsUnderWay(attempt) == true)
            {
                continue;
            }
            else if (node.Missing.GetValueOrDefault(attempt, now) is var since && now - since < MissingFor)
            {
                // An assignment may have arrived after the report was made, or an end is on its way.
                (missing ??= [])[attempt] = since;
            }
            else
            {
                (gone ??= []).Add(placement);
            }
        }

        node.Missing = missing ?? NodeEntry.NoneMissing;
        if (gone is not null)
        {
            await LookUpMissingAsync(gone);
        }

        if (lost is not null)
        {
            LogAttemptsLost(node.NodeId, lost.Count);
            await LoseAsync(lost, hasDied ? Blame(node, lost, await FindRowsAsync(lost)) : null);
        }
    }

    private async Task LookUpMissingAsync(List<Placement> gone)
    {
        var rows = (await StoreGuard.Read(store.GetManyAsync([.. gone.Select(placement => placement.Task.TaskId)], CancellationToken.None)))
            .ToDictionary(row => row.TaskId, StringComparer.Ordinal);
        foreach (var placement in gone)
        {
            var taskId = placement.Task.TaskId;
            if (planner.FindPlacement(taskId)?.Attempt != placement.Attempt)
            {
                // It was moved while the store answered.
                continue;
            }

            var row = rows.GetValueOrDefault(taskId);
            if (row is { Phase: TaskPhase.Assigned or TaskPhase.Running } && row.Attempt == placement.Attempt)
            {
                if (row.Members is not null && row.RankOf(placement.NodeId) is null)
                {
                    // Its end was committed, and word of it was lost.
                    planner.ReleaseMember(taskId, placement.Attempt, placement.NodeId);
                    continue;
                }

                resent.TryAdd(ResentKey(placement), false);
                Send(placement, row.Requirements ?? "{}", row.Payload ?? "{}", row.Priority);
                continue;
            }

            // It ended, or somebody else moved it.
            planner.Release(taskId, placement.Attempt);
            if (row is null || row.Phase.HasEnded())
            {
                Forget(taskId);
            }
            else if (!IsKnown(taskId))
            {
                TakeUp(row);
            }
        }

        FlushOutboxes();
    }

    private async Task AssignmentRefusedAsync(string nodeId, AssignmentRefusal refusal)
    {
        LogAssignmentRefused(refusal.Attempt.TaskId, refusal.Attempt.Attempt, nodeId, refusal.Reason);

        // The node's next report opens it again: no loop of placing and refusing in between.
        if (nodes.TryGetValue(nodeId, out var node))
        {
            node.Refusing = true;
        }

        planner.SetAvailable(nodeId, available: false);
        var placement = planner.FindPlacement(refusal.Attempt.TaskId)?.On(nodeId);
        var key = placement is null ? refusal.Attempt.TaskId : ResentKey(placement);
        if (resent.TryGetValue(key, out var wasRefused) && !wasRefused)
        {
            // What was sent before may run there while its node is between two registrations. Whoever knows reports soon: the
            // node that it holds the attempt, or its grain that the node is lost.
            resent[key] = true;
            return;
        }

        if (placement is not null && placement.Attempt == refusal.Attempt.Attempt)
        {
            await MoveAsync([placement], "refused");
        }
    }

    /// <summary>A node that falls silent gets no new work; its own grain decides when it is lost.</summary>
    private async Task WatchNodesAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var opened = false;
        foreach (var node in nodes.Values)
        {
            var isSilent = now - node.LastSeen > leaseOptions.Value.SuspectAfter;
            if (isSilent && node is { Connected: true, Suspect: false })
            {
                node.Suspect = true;
                planner.SetAvailable(node.NodeId, available: false);
                NoteNode(MeshEventKinds.NodeSuspect, node.NodeId);
                LogNodeSuspect(node.NodeId, (now - node.LastSeen).TotalSeconds);
            }

            if (isSilent && planner.PlacementsOn(node.NodeId).Count > 0)
            {
                // Its grain may be gone together with its agent, or its word that the node is lost was not heard.
                GrainFactory.GetGrain<INodeGrain>(node.NodeId).EnsureActiveAsync().Ignore();
            }

            if (node.Health.Advance(now))
            {
                NoteNode(MeshEventKinds.NodeActive, node.NodeId, node.Health.IsOnTrial ? "its quarantine is over; it gets one task at a time until one goes well" : "nothing failed on it lately");
                Reconsider(node);
                opened |= node.IsOpen;
            }
        }

        ObserveMesh(now);
        HoldToBudget(now);
        if (opened || budget.IsLimited)
        {
            PlaceWaiting();
        }

        WakeOwned(now);
        LookAfterRented(now);

        AwaitTurns();
        await LoseUnknownNodesAsync();
        NoteDrained();
        await EndDrainsAsync(now);
        await EndMassLossAsync(now);
        await EndFencesAsync(now);
    }

    /// <summary>What was held back moves on, unless its node is there again.</summary>
    private async Task EndMassLossAsync(DateTimeOffset now)
    {
        foreach (var nodeId in massLoss.TakeDue(now))
        {
            if (nodes.TryGetValue(nodeId, out var node) && !node.Connected)
            {
                LogMassLossOver(nodeId);
                await LoseOrFenceAsync(node, planner.PlacementsOn(nodeId), hasDied: false);
            }
        }
    }
}
