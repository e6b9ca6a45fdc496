using Aurora.Scheduling.Planning;

namespace Aurora.Scheduling.Model;

/// <summary>A task as the queue sees it.</summary>
/// <param name="Priority">0 to 10.</param>
/// <param name="SubmittedAt">The place in line among equal priorities; ties go by task id.</param>
/// <param name="Attempt">Attempts made so far; the next one is this plus one.</param>
public sealed record PendingTask(string TaskId, TaskShape Shape, int Priority, DateTimeOffset SubmittedAt, int Attempt)
{
    // Most tasks ask for none of it, and a queue holds a million of them.
    private readonly Particulars particulars = Particulars.None;

    /// <summary>
    /// Shapes any of which will do, the preferred first; the task's shape is one of them. Empty for a task with one shape.
    /// </summary>
    public IReadOnlyList<TaskShape> AnyOf
    {
        get => particulars.AnyOf;
        init => particulars = (particulars with { AnyOf = value }).Shared();
    }

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
    public string? AvoidNode
    {
        get => particulars.AvoidNode;
        init => particulars = (particulars with { AvoidNode = value }).Shared();
    }

    /// <summary>The task for which the last attempt was preempted; null for one that ended otherwise.</summary>
    public string? PreemptedFor
    {
        get => particulars.PreemptedFor;
        init => particulars = (particulars with { PreemptedFor = value }).Shared();
    }

    /// <summary>How it wants to be placed; null leaves that to the mesh.</summary>
    public PlacementProfile? Profile
    {
        get => particulars.Profile;
        init => particulars = (particulars with { Profile = value }).Shared();
    }

    /// <summary>How long an attempt is expected to run, as its submitter says or, where a deadline makes it matter, as tasks of its kind took; null where nobody knows.</summary>
    public TimeSpan? Duration
    {
        get => particulars.Duration;
        init => particulars = (particulars with { Duration = value }).Shared();
    }

    /// <summary>
    /// How fast it runs by GPU type, as a share of the GPU for which <see cref="Duration"/> is meant; above 0. Null where it does not say, and the
    /// power of the GPUs tells.
    /// </summary>
    public IReadOnlyDictionary<string, double>? GpuSpeeds
    {
        get => particulars.GpuSpeeds;
        init => particulars = (particulars with { GpuSpeeds = value }).Shared();
    }

    /// <summary>When it should have ended; null for whenever.</summary>
    public DateTimeOffset? Deadline
    {
        get => particulars.Deadline;
        init => particulars = (particulars with { Deadline = value }).Shared();
    }

    /// <summary>When it must start at the latest to meet its deadline; null for whenever.</summary>
    public DateTimeOffset? LatestStart => Deadline - (Duration ?? TimeSpan.Zero);

    /// <summary>Until when it waits for an owned node, by what its deadline leaves; null for a task that may go to a rented one.</summary>
    public DateTimeOffset? RentFrom
    {
        get => particulars.RentFrom;
        init => particulars = (particulars with { RentFrom = value }).Shared();
    }

    /// <summary>The same task, waiting for an owned node until then; with null, free to go to a rented one.</summary>
    public PendingTask AwaitingOwned(DateTimeOffset? until) => Shape.AwaitsOwned == until is not null && RentFrom == until ? this : this with
    {
        RentFrom = until,
        Shape = Shape with { AwaitsOwned = until is not null },
        AnyOf = [.. AnyOf.Select(shape => shape with { AwaitsOwned = until is not null })],
    };

    /// <summary>The conversation that the task belongs to: it stays on one node while that has room. Null for none.</summary>
    public string? Session
    {
        get => particulars.Session;
        init => particulars = (particulars with { Session = value }).Shared();
    }

    /// <summary>Tokens that a request to a model has to be read for, about; 0 where nobody needs to know. At least 0.</summary>
    public int ContextTokens
    {
        get => particulars.ContextTokens;
        init => particulars = (particulars with { ContextTokens = value }).Shared();
    }

    /// <summary>GPU seconds that its attempts have occupied so far, those of an attempt without a GPU counted as of one; at least 0.</summary>
    public double AttainedGpuSeconds
    {
        get => particulars.AttainedGpuSeconds;
        init => particulars = (particulars with { AttainedGpuSeconds = value }).Shared();
    }

    /// <summary>Whether it is nothing but what the queue has to know of every task that was not tried yet.</summary>
    internal bool IsPlain => Attempt == 0 && SubmittedAt.Offset == TimeSpan.Zero && ReferenceEquals(particulars, Particulars.None);

    private sealed record Particulars
    {
        public static readonly Particulars None = new();

        public IReadOnlyList<TaskShape> AnyOf { get; init; } = [];

        public string? AvoidNode { get; init; }

        public string? PreemptedFor { get; init; }

        public PlacementProfile? Profile { get; init; }

        public TimeSpan? Duration { get; init; }

        public IReadOnlyDictionary<string, double>? GpuSpeeds { get; init; }

        public DateTimeOffset? Deadline { get; init; }

        public string? Session { get; init; }

        public int ContextTokens { get; init; }

        public double AttainedGpuSeconds { get; init; }

        public DateTimeOffset? RentFrom { get; init; }

        public Particulars Shared() => this == None ? None : this;
    }
}
