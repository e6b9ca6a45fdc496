using Aurora.Scheduling.Planning;

namespace Aurora.Scheduling.Model;

/// <summary>A task as the queue sees it.</summary>
/// <param name="Priority">0 to 10.</param>
/// <param name="SubmittedAt">The place in line among equal priorities; ties go by task id.</param>
/// <param name="Attempt">Attempts made so far; the next one is this plus one.</param>
public sealed record PendingTask(string TaskId, TaskShape Shape, int Priority, DateTimeOffset SubmittedAt, int Attempt)
{
    /// <summary>
    /// Shapes any of which will do, the preferred first; the task's shape is one of them. Empty for a task with one shape.
    /// </summary>
    public IReadOnlyList<TaskShape> AnyOf { get; init; } = [];

    /// <summary>Every shape that will do, the preferred first.</summary>
    public IReadOnlyList<TaskShape> Shapes => AnyOf.Count > 0 ? AnyOf : [Shape];

    /// <summary>The same task that needs at least so many bytes on each of its GPUs.</summary>
    public PendingTask WithMemoryFloor(long bytes) => bytes == 0 ? this : this with
    {
        Shape = Shape.WithMemoryFloor(bytes),
        AnyOf = [.. AnyOf.Select(shape => shape.WithMemoryFloor(bytes))],
    };

    /// <summary>
    /// The node of the last attempt, which did not end well: it gets the next one only when no other can take it now. Null
    /// before the first attempt.
    /// </summary>
    public string? AvoidNode { get; init; }

    /// <summary>The task for which the last attempt was preempted; null for one that ended otherwise.</summary>
    public string? PreemptedFor { get; init; }

    /// <summary>How it wants to be placed; null leaves that to the mesh.</summary>
    public PlacementProfile? Profile { get; init; }

    /// <summary>How long an attempt is expected to run, as its submitter says or, where a deadline makes it matter, as tasks of its kind took; null where nobody knows.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>When it should have ended; null for whenever.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>When it must start at the latest to meet its deadline; null for whenever.</summary>
    public DateTimeOffset? LatestStart => Deadline - (Duration ?? TimeSpan.Zero);

    /// <summary>The conversation that the task belongs to: it stays on one node while that has room. Null for none.</summary>
    public string? Session { get; init; }
}
