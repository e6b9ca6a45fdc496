using Aurora.Scheduling.Model;
using Aurora.Scheduling.Queueing;

namespace Aurora.Scheduling.Planning;

/// <summary>What attempts have occupied, which goes with their tasks back into line, and whose turn it makes (<see cref="ServiceTurns"/>).</summary>
public sealed partial class MeshPlanner
{
    /// <summary>The task of a placement as it goes back in line: with the service that its attempt has had by now, where it holds its place.</summary>
    public PendingTask ServedBy(Placement placement)
    {
        ArgumentNullException.ThrowIfNull(placement);
        return placed.TryGetValue(placement.Task.TaskId, out var task) && task.Placement.Attempt == placement.Attempt ? ServedBy(task) : placement.Task;
    }

    private PendingTask ServedBy(PlacedTask task)
    {
        var seconds = (shares.Now - task.At).TotalSeconds;
        return seconds <= 0 ? task.Placement.Task : task.Placement.Task with
        {
            AttainedGpuSeconds = task.Placement.Task.AttainedGpuSeconds + (seconds * Math.Max(1, task.Placement.Gpus.Count) * task.Placement.Task.Shape.Nodes),
        };
    }

    /// <summary>Whether a running attempt of no higher priority may be asked to leave for a waiting task.</summary>
    private bool MayLeaveFor(QueueEntry entry, PlacedTask running)
    {
        var task = running.Placement.Task;

        // A request to a model is over in seconds, and its answer may be half told. A gang would leave several nodes for a place on one.
        if (task.Priority >= NeverPreempted || task.Shape is not { Model: null, Nodes: 1 })
        {
            return false;
        }

        return task.Priority < entry.Task.Priority ? entry.Key.CompareTo(waiting.KeyOf(task)) < 0
            : service is not null && task.Priority == entry.Task.Priority && entry.Key.CompareTo(waiting.KeyOf(ServedBy(running))) < 0
                && shares.MayTakeFrom(entry.Line.Shapes.Account, shares.Of(task.Shape.Tenant));
    }

    /// <summary>Whether a task may have anybody leave for it where the lowest priority that runs is this one.</summary>
    private bool MayHaveLeave(PendingTask task, int lowest) =>
        lowest < NeverPreempted && (service is null ? lowest < task.Priority : lowest <= task.Priority);

    /// <summary>How late the turn of a running attempt is, for the choice among those that may leave: by service, or by when it was placed.</summary>
    private long LatenessOf(PlacedTask task) => service is null ? task.At.UtcTicks : waiting.KeyOf(ServedBy(task)).Ticks;
}
