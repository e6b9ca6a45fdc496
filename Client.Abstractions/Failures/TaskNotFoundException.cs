namespace Aurora.Client.Abstractions.Failures;

/// <summary>The mesh has no task with this id.</summary>
public sealed class TaskNotFoundException(string taskId) : AuroraMeshException($"No task has the id '{taskId}'.")
{
    /// <summary>The id that was asked for.</summary>
    public string TaskId { get; } = taskId;
}
