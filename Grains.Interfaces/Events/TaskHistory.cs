using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Grains.Interfaces.Events;

/// <summary>The events of a task as far as its stored row tells them, for when the mesh no longer has the events themselves.</summary>
public static class TaskHistory
{
    /// <summary>In the order in which they happened; their position is 0.</summary>
    public static IEnumerable<MeshEvent> Of(TaskView task)
    {
        yield return new MeshEvent(0, task.SubmittedAt, MeshEventKinds.TaskSubmitted, task.TaskId, 0, null, task.TaskType);
        if (task is { LastError: { } error, Status: "queued" })
        {
            yield return new MeshEvent(0, task.NotBefore ?? task.SubmittedAt, MeshEventKinds.TaskRequeued, task.TaskId, task.Attempt, task.AssignedNode, error);
        }

        if (task.StartedAt is { } startedAt)
        {
            yield return new MeshEvent(0, startedAt, MeshEventKinds.TaskStarted, task.TaskId, task.Attempt, task.AssignedNode, null);
        }
        else if (task is { Status: "assigned", AssignedNode: { } node })
        {
            yield return new MeshEvent(0, task.SubmittedAt, MeshEventKinds.TaskPlaced, task.TaskId, task.Attempt, node, null);
        }

        if (EndOf(task) is { } end)
        {
            yield return end;
        }
    }

    /// <summary>The event that ended the task; null while it goes on.</summary>
    public static MeshEvent? EndOf(TaskView task) => task.HasEnded
        ? new MeshEvent(0, task.CompletedAt ?? task.SubmittedAt, "task." + task.Status, task.TaskId, task.Attempt, task.AssignedNode, task.Error)
        : null;
}
