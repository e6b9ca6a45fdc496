using Aurora.Scheduling.Model;
using Aurora.Scheduling.Recording;

namespace Aurora.Scheduling.Planning;

/// <summary>Recordings: what the planner decides by, so that a decision can be made again elsewhere.</summary>
public sealed partial class MeshPlanner
{
    /// <summary>Records what the planner knows, and what <see cref="Plan"/> says of these tasks. Changes nothing.</summary>
    public MeshRecording Record(IReadOnlyList<PendingTask> tasks, DateTimeOffset now) => new(
        now,
        settings,
        [.. nodes.Nodes.Select(node => new RecordedNode(node.Facts, node.Available, node.Load, nodes.Row(node.Ordinal).LastChosen))],
        [.. placed.Values.Select(task => task.Placement).OrderBy(placement => placement.Task.TaskId, StringComparer.Ordinal)],
        [.. waiting.Head(MeshRecording.WaitingMax)],
        waiting.Count,
        packing?.Expectation(),
        tasks,
        [.. Plan(tasks, now).Select((planned, number) => RecordedDecision.Of(tasks[number], planned))])
    {
        RentRefusals = RentRefusals(),
    };

    /// <summary>A planner that knows what was recorded. Throws <see cref="ArgumentException"/> on a setting out of range.</summary>
    public static MeshPlanner From(MeshRecording recording)
    {
        ArgumentNullException.ThrowIfNull(recording);
        var planner = new MeshPlanner(recording.Settings);
        foreach (var node in recording.Nodes)
        {
            planner.UpsertNode(node.Facts, node.Available);
            planner.ObserveLoad(node.Facts.NodeId, node.Load);
        }

        planner.RefuseToRent(recording.RentRefusals);
        foreach (var placement in recording.Placed)
        {
            planner.Restore(placement, recording.At);
        }

        foreach (var task in recording.Waiting)
        {
            planner.Enqueue(task);
        }

        planner.nodes.TakeTurns([.. recording.Nodes.Select(node => node.LastChosen)]);
        if (recording.Expected is { } expected)
        {
            planner.packing?.ExpectAs(expected);
        }

        return planner;
    }
}
