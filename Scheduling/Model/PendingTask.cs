namespace Aurora.Scheduling.Model;

/// <summary>A task as the queue sees it.</summary>
/// <param name="Priority">0 to 10.</param>
/// <param name="SubmittedAt">The place in line among equal priorities; ties go by task id.</param>
/// <param name="Attempt">Attempts made so far; the next one is this plus one.</param>
public sealed record PendingTask(string TaskId, TaskShape Shape, int Priority, DateTimeOffset SubmittedAt, int Attempt)
{
    /// <summary>
    /// The node of the last attempt, which did not end well: it gets the next one only when no other can take it now. Null
    /// before the first attempt.
    /// </summary>
    public string? AvoidNode { get; init; }

    /// <summary>The conversation that the task belongs to: it stays on one node while that has room. Null for none.</summary>
    public string? Session { get; init; }
}
