namespace Aurora.Grains.Interfaces.Tasks;

/// <summary>What a task says beyond its needs, validated at the edge. Whatever it leaves out has no effect.</summary>
[GenerateSerializer, Immutable, Alias("aurora.task-controls")]
public sealed record TaskControls
{
    /// <summary>How long it may take; null for as long as it takes.</summary>
    [Id(0)]
    public TaskTimeouts? Timeouts { get; init; }

    /// <summary>The kinds of failures after which it is tried again, each one of <see cref="FailureNames"/>; null for all.</summary>
    [Id(1)]
    public string[]? RetryOn { get; init; }

    /// <summary>The exit codes after which it is tried again; null for all.</summary>
    [Id(2)]
    public int[]? ExitCodes { get; init; }

    /// <summary>The tasks that it comes after; null for none.</summary>
    [Id(3)]
    public TaskPrerequisite[]? After { get; init; }

    /// <summary>The submitter's own names for it, by key; null for none.</summary>
    [Id(4)]
    public Dictionary<string, string>? Labels { get; init; }

    /// <summary>The URL that is called when it ends; null for none.</summary>
    [Id(5)]
    public string? Webhook { get; init; }

    /// <summary>Whose task it is, for shares and quotas; null for the default tenant.</summary>
    [Id(6)]
    public string? Tenant { get; init; }

    /// <summary>How long an attempt is expected to run, in seconds; null where the submitter does not know.</summary>
    [Id(7)]
    public double? DurationS { get; init; }

    /// <summary>When it should have ended; null for whenever.</summary>
    [Id(8)]
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>The same in seconds after its submission; not both.</summary>
    [Id(9)]
    public double? DeadlineS { get; init; }

    /// <summary>Whether it fails instead of starting when it can no longer meet its deadline.</summary>
    [Id(10)]
    public bool FailsLate { get; init; }

    /// <summary>When it should have ended, given when it was submitted; null for whenever.</summary>
    public DateTimeOffset? DeadlineOf(DateTimeOffset submittedAt) => DeadlineS is { } seconds ? submittedAt.AddSeconds(seconds) : Deadline;

    /// <summary>The W3C <c>traceparent</c> of its submit, where that is traced; null otherwise. It is the mesh's own and not shown as a control.</summary>
    [Id(11)]
    public string? TraceParent { get; init; }
}

/// <summary>How long a task may take, in seconds; null for as long as it takes.</summary>
/// <param name="QueueS">From when it may start until its first attempt has a place.</param>
/// <param name="StartS">From an attempt's place until the node says that it runs.</param>
/// <param name="RunS">An attempt, from its start.</param>
/// <param name="ProgressS">An attempt, since it last put anything out: text, progress or a part of its result.</param>
[GenerateSerializer, Immutable, Alias("aurora.task-timeouts")]
public sealed record TaskTimeouts(
    [property: Id(0)] double? QueueS = null,
    [property: Id(1)] double? StartS = null,
    [property: Id(2)] double? RunS = null,
    [property: Id(3)] double? ProgressS = null);

/// <summary>A task that another one comes after.</summary>
/// <param name="AnyEnd">Whether any end of it will do; otherwise it must complete.</param>
[GenerateSerializer, Immutable, Alias("aurora.task-prerequisite")]
public sealed record TaskPrerequisite(
    [property: Id(0)] string TaskId,
    [property: Id(1)] bool AnyEnd);

/// <summary>What failures are called in requests.</summary>
public static class FailureNames
{
    /// <summary>The work itself failed.</summary>
    public const string Error = "error";

    /// <summary>It took longer than the task allows.</summary>
    public const string Timeout = "timeout";

    /// <summary>Its node was lost.</summary>
    public const string NodeLost = "node_lost";

    /// <summary>Its GPU had too little memory.</summary>
    public const string OutOfMemory = "oom";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Error, Timeout, NodeLost, OutOfMemory];
}
