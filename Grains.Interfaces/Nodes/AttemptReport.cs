namespace Aurora.Grains.Interfaces.Nodes;

/// <summary>What a node says of one attempt.</summary>
/// <param name="Attempt">The attempt; 0 when the node does not know attempts (an old client): its current one is meant.</param>
/// <param name="Kind">Started, completed or failed.</param>
/// <param name="StartedAgo">How long before the report the attempt started. A duration, so that the node's clock does not matter.</param>
/// <param name="Result">The result as JSON text, for <see cref="AttemptReportKind.Completed"/>.</param>
/// <param name="Error">What went wrong, for <see cref="AttemptReportKind.Failed"/>.</param>
[GenerateSerializer, Immutable, Alias("aurora.attempt-report")]
public sealed record AttemptReport(
    [property: Id(0)] string TaskId,
    [property: Id(1)] int Attempt,
    [property: Id(2)] AttemptReportKind Kind,
    [property: Id(3)] TimeSpan StartedAgo,
    [property: Id(4)] string? Result,
    [property: Id(5)] string? Error)
{
    /// <summary>For <see cref="AttemptReportKind.Failed"/>: the executor knows that another attempt would fail the same way.</summary>
    [Id(6)]
    public bool IsFinal { get; init; }

    /// <summary>For <see cref="AttemptReportKind.Failed"/>: what kind of failure it was.</summary>
    [Id(7)]
    public AttemptFailureKind Failure { get; init; }

    /// <summary>For <see cref="AttemptReportKind.Failed"/>: the exit code of the process that failed; null without one.</summary>
    [Id(8)]
    public int? ExitCode { get; init; }

    /// <summary>The W3C <c>traceparent</c> of the node's own span of the attempt, where it is traced; null otherwise.</summary>
    [Id(9)]
    public string? TraceParent { get; init; }

    /// <summary>For <see cref="AttemptReportKind.Preempted"/>: the id of the task that it left for.</summary>
    [Id(10)]
    public string? PreemptedFor { get; init; }
}

/// <summary>What a node can tell of a failure.</summary>
public enum AttemptFailureKind
{
    /// <summary>The work itself failed.</summary>
    Error,

    /// <summary>It took longer than the task allows.</summary>
    Timeout,

    /// <summary>A GPU had too little memory.</summary>
    OutOfMemory,
}

/// <summary>The kinds of <see cref="AttemptReport"/>.</summary>
public enum AttemptReportKind
{
    Started,
    Completed,
    Failed,

    /// <summary>It was asked to leave for another task, and is gone; its task goes on from its checkpoint elsewhere or later.</summary>
    Preempted,
}
