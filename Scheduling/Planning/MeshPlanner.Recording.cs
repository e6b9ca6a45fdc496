using Aurora.Scheduling.Model;
using Aurora.Scheduling.Recording;
using Aurora.Scheduling.Sharing;

namespace Aurora.Scheduling.Planning;

/// <summary>Recordings: what the planner decides by, so that a decision can be made again elsewhere.</summary>
public sealed partial class MeshPlanner
{
    /// <summary>Records what the planner knows, and what <see cref="Plan"/> says of these tasks. Changes nothing.</summary>
    public MeshRecording Record(IReadOnlyList<PendingTask> tasks, DateTimeOffset now) => RecordKnown([.. tasks.Select(WithExpectedDuration)], now);

    private MeshRecording RecordKnown(IReadOnlyList<PendingTask> tasks, DateTimeOffset now) => new(
        now,
        settings.With(shares.All.Where(account => account.Policy != TenantPolicy.Default).ToDictionary(account => account.Name, account => account.Policy, StringComparer.Ordinal)),
        [.. nodes.Nodes.Select(node => new RecordedNode(node.Facts, node.Available, node.CurrentLoad, nodes.Row(node.Ordinal).LastChosen)
        {
            Foreign = node.Foreign,
            PrefillFree = node.PrefillFree,
            RunningSince = node.Rented?.Starts.ToDictionary(),
            IdleSince = node.Rented?.IdleSince ?? default,
            Kept = node.Kept,
            Asleep = node.Sleep is { LeftAloneUntil: null },
        })],
        [.. placed.Values.Select(task => task.Placement).OrderBy(placement => placement.Task.TaskId, StringComparer.Ordinal)],
        [.. waiting.Head(MeshRecording.WaitingMax)],
        waiting.Count,
        packing?.Expectation(),
        tasks,
        [.. Plan(tasks, now).Select((planned, number) => RecordedDecision.Of(tasks[number], planned))])
    {
        RentRefusals = RentRefusals(),
        GpuTypes = [.. vocabulary.GpuTypes],
        OwnedFirst = reach.OwnedFirst,
        OwnedBid = ownedBid?.Memory(),
    };

    /// <summary>A planner that knows what was recorded. Throws <see cref="ArgumentException"/> on a setting out of range.</summary>
    public static MeshPlanner From(MeshRecording recording)
    {
        ArgumentNullException.ThrowIfNull(recording);
        var planner = new MeshPlanner(recording.Settings);
        planner.shares.Tell(recording.At);
        planner.vocabulary.Learn(recording.GpuTypes);
        foreach (var node in recording.Nodes)
        {
            planner.UpsertNode(node.Facts, node.Available);
            planner.nodes.Find(node.Facts.NodeId)!.PrefillFree = node.PrefillFree;
            planner.ObserveLoad(node.Facts.NodeId, node.Load);
            planner.ObserveForeign(node.Facts.NodeId, node.Foreign);
            planner.SetAsleep(node.Facts.NodeId, node.Asleep);
        }

        planner.RefuseToRent(recording.RentRefusals);
        planner.reach.OwnedFirst = recording.OwnedFirst;
        foreach (var placement in recording.Placed)
        {
            planner.Restore(placement, recording.At);
        }

        foreach (var node in recording.Nodes)
        {
            planner.UseAs(node.Facts.NodeId, node.RunningSince, node.IdleSince);
        }

        foreach (var task in recording.Waiting)
        {
            planner.Enqueue(task);
        }

        foreach (var node in recording.Nodes.Where(node => node.Kept is not null))
        {
            planner.Keep(planner.nodes.Find(node.Facts.NodeId)!, node.Kept);
        }

        planner.RememberBid(recording.OwnedBid);
        planner.nodes.TakeTurns([.. recording.Nodes.Select(node => node.LastChosen)]);
        if (recording.Expected is { } expected)
        {
            planner.packing?.ExpectAs(expected);
        }

        return planner;
    }
}
