namespace Aurora.Grains.Interfaces.Tasks;

/// <summary>One task as the outside sees it. Times are UTC.</summary>
/// <param name="Status">pending, queued, assigned, running, completed, failed or cancelled.</param>
/// <param name="Requirements">The requirements object as JSON text.</param>
/// <param name="Payload">The other user members of the body as one JSON object; null in listings.</param>
/// <param name="Result">The result as JSON text once the task completed.</param>
/// <param name="Error">Why it failed, or why it was cancelled.</param>
[GenerateSerializer, Immutable, Alias("aurora.task-view")]
public sealed record TaskView(
    [property: Id(0)] string TaskId,
    [property: Id(1)] string TaskType,
    [property: Id(2)] string Requirements,
    [property: Id(3)] int Priority,
    [property: Id(4)] string Status,
    [property: Id(5)] string? AssignedNode,
    [property: Id(6)] DateTimeOffset SubmittedAt,
    [property: Id(7)] DateTimeOffset? StartedAt,
    [property: Id(8)] DateTimeOffset? CompletedAt,
    [property: Id(9)] string? Result,
    [property: Id(10)] string? Error,
    [property: Id(11)] int Attempt,
    [property: Id(12)] int[] Gpus,
    [property: Id(13)] string? Payload)
{
    /// <summary>While the task waits for another attempt: why the last one failed.</summary>
    [Id(14)]
    public string? LastError { get; init; }

    /// <summary>While the task waits for another attempt: when that may start.</summary>
    [Id(15)]
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Whether the task has ended. Only a failed one can be given another chance.</summary>
    public bool HasEnded => Status is "completed" or "failed" or "cancelled";
}
