namespace Aurora.Client.Abstractions.Failures;

/// <summary>A result was asked of a task that failed or was cancelled.</summary>
public sealed class TaskFailedException(MeshTask task)
    : AuroraMeshException($"Task {task.TaskId} {(task.Status is MeshTaskStatus.Cancelled ? "was cancelled" : "failed")}: {task.Error ?? "no reason was given"}")
{
    /// <summary>The task as it ended.</summary>
    public MeshTask EndedTask { get; } = task;
}
