using Aurora.Scheduling.Lifecycle;
using Aurora.Scheduling.Model;

namespace Aurora.Simulation.Tests.Model;

/// <summary>Nodes that come, fall silent and go, as the scheduler hears of them.</summary>
internal sealed partial class SchedulerModel
{
    private const int WatchMs = 1000;
    private const int SilentMs = 4000;
    private const int MissingMs = 3000;
    private const int StrayMs = 10_000;

    private readonly Dictionary<string, NodeEntry> nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> missing = new(StringComparer.Ordinal);
    private readonly Dictionary<(string NodeId, AttemptKey Key), long> strays = [];

    public void NodeReported(NodeReport report)
    {
        if (!nodes.TryGetValue(report.NodeId, out var node) || node.Epoch != report.Epoch)
        {
            if (report.Facts is null || (node is not null && node.Epoch > report.Epoch))
            {
                World.Send(() => World.Node(report.NodeId).EnsureActive());
                return;
            }
        }

        if (report.Facts is { } facts)
        {
            nodes[report.NodeId] = node = new NodeEntry(report.Epoch);
            Planner.UpsertNode(facts, available: true);
        }

        node!.LastSeen = World.Now;
        Planner.SetAvailable(report.NodeId, available: true);
        Reconcile(report.NodeId, node, report.Held);
        StopStrays(report.NodeId, report.Held);
        PlaceWaiting();
    }

    public void NodeLost(string nodeId, long nodeEpoch)
    {
        if (nodes.TryGetValue(nodeId, out var node) && node.Epoch <= nodeEpoch)
        {
            Planner.SetAvailable(nodeId, available: false);
            if (World.Bug != PlantedBug.NoRequeueOfLost)
            {
                Requeue(Planner.PlacementsOn(nodeId));
            }
        }
    }

    public void Refused(string nodeId, AttemptKey key, string reason)
    {
        _ = reason;
        Planner.SetAvailable(nodeId, available: false);
        if (Planner.FindPlacement(key.Task) is { } placement && placement.Attempt == key.Attempt)
        {
            Requeue([placement.On(nodeId)]);
        }
    }

    private void RebuildNodes(List<(long Epoch, NodeFacts Facts)> known)
    {
        foreach (var (nodeEpoch, facts) in known)
        {
            nodes[facts.NodeId] = new NodeEntry(nodeEpoch) { LastSeen = World.Now };
            Planner.UpsertNode(facts, available: false);
            World.Send(() => World.Node(facts.NodeId).EnsureActive());
        }
    }

    private void WatchNodes()
    {
        After(WatchMs, WatchNodes);
        foreach (var (nodeId, node) in nodes)
        {
            if (World.Now - node.LastSeen > SilentMs)
            {
                Planner.SetAvailable(nodeId, available: false);
                if (Planner.PlacementsOn(nodeId).Count > 0 && World.Bug != PlantedBug.TellOfLossOnce)
                {
                    // Its activation may be gone with its agent; a new one watches the lease, and says again what was not heard.
                    World.Send(() => World.Node(nodeId).EnsureActive());
                }
            }
        }
    }

    private void Reconcile(string nodeId, NodeEntry node, AttemptKey[] held)
    {
        var lost = new List<Placement>();
        foreach (var placement in Planner.PlacementsOn(nodeId))
        {
            var key = new AttemptKey(placement.Task.TaskId, placement.Attempt);
            if (held.Contains(key))
            {
                missing.Remove(MissingKey(placement));
            }
            else if (placement.NodeEpoch < node.Epoch)
            {
                lost.Add(placement);
            }
            else if (!missing.TryAdd(MissingKey(placement), World.Now) && World.Now - missing[MissingKey(placement)] >= MissingMs)
            {
                missing.Remove(MissingKey(placement));
                LookUp(placement);
            }
        }

        Requeue(lost);
    }

    private void LookUp(Placement placement) => World.Store.Read(
        this,
        () => World.Store.Rows.GetValueOrDefault(placement.Task.TaskId)?.Copy(),
        row =>
        {
            if (row is { IsPlaced: true } && row.Attempt == placement.Attempt)
            {
                if (!row.IsOn(placement.NodeId))
                {
                    // Its end was committed, and word of it was lost.
                    Planner.ReleaseMember(placement.Task.TaskId, placement.Attempt, placement.NodeId);
                    PlaceWaiting();
                }
                else if (Planner.FindPlacement(placement.Task.TaskId)?.Attempt == placement.Attempt)
                {
                    SendTo(placement);
                }

                return;
            }

            // It ended, or somebody else moved it.
            Planner.Release(placement.Task.TaskId, placement.Attempt);
            if (row is { HasEnded: false } && !IsKnown(row.Task.TaskId))
            {
                TakeUp(row);
                PlaceWaiting();
            }
        },
        () => { });

    private void Requeue(IReadOnlyList<Placement> placements)
    {
        if (placements.Count == 0)
        {
            return;
        }

        World.Store.Commit(
            this,
            [.. placements.Select(placement => new Write(TaskEventKind.Requeued, placement.Task, placement.Attempt, placement, epoch))],
            outcomes =>
            {
                for (var index = 0; index < placements.Count; index++)
                {
                    var (taskId, attempt) = (placements[index].Task.TaskId, placements[index].Attempt);
                    missing.Remove(MissingKey(placements[index]));
                    if (outcomes[index].Applied)
                    {
                        StopMembers(placements[index]);
                        Planner.Requeue(taskId, attempt, placements[index].NodeId);
                    }
                    else
                    {
                        Relearn(placements[index], wasPlaced: true);
                    }
                }

                PlaceWaiting();
            },
            AfterUnknown(() => { }));
    }

    private static string MissingKey(Placement placement) => placement.Gang is null ? placement.Task.TaskId : $"{placement.Task.TaskId}@{placement.NodeId}";

    /// <summary>What a node holds and is not placed there has ended or moved, and an order to stop it was lost; the store knows.</summary>
    private void StopStrays(string nodeId, AttemptKey[] held)
    {
        var found = held.Where(key => !inserting.Contains(key.Task)
            && !(Planner.FindPlacement(key.Task) is { } placement && placement.Attempt == key.Attempt && placement.IsOpenOn(nodeId))).ToHashSet();
        foreach (var gone in strays.Keys.Where(stray => stray.NodeId == nodeId && !found.Contains(stray.Key)).ToList())
        {
            strays.Remove(gone);
        }

        foreach (var key in found.Where(key => !strays.TryAdd((nodeId, key), World.Now) && World.Now - strays[(nodeId, key)] >= StrayMs && World.Bug != PlantedBug.LetMembersRun))
        {
            strays.Remove((nodeId, key));
            World.Store.Read(
                this,
                () => World.Store.Rows.GetValueOrDefault(key.Task)?.Copy(),
                row =>
                {
                    if (row is not { IsPlaced: true } || row.Attempt != key.Attempt || !row.IsOn(nodeId))
                    {
                        World.Send(() => World.Node(nodeId).Stop(key));
                    }
                    else if (!IsKnown(key.Task))
                    {
                        TakeUp(row);
                    }
                },
                () => { });
        }
    }

    private sealed class NodeEntry(long epoch)
    {
        public long Epoch => epoch;

        public long LastSeen { get; set; }
    }
}
