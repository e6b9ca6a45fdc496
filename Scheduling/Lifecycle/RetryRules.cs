namespace Aurora.Scheduling.Lifecycle;

/// <summary>Which failures of a task are worth another attempt.</summary>
/// <param name="On">The kinds that are.</param>
/// <param name="ExitCodes">Of <see cref="FailureKinds.Error"/> with an exit code: the codes that are; empty for all.</param>
public sealed record RetryRules(FailureKinds On, IReadOnlyList<int> ExitCodes)
{
    /// <summary>What holds for a task that does not say.</summary>
    public static RetryRules Default { get; } = new(FailureKinds.All, []);

    /// <summary>Whether a failure of this kind is worth another attempt.</summary>
    public bool Cover(AttemptFailure failure) =>
        (On & failure.Kind) != 0
        && (failure.Kind != FailureKinds.Error || ExitCodes.Count == 0 || (failure.ExitCode is { } code && ExitCodes.Contains(code)));
}

/// <summary>How an attempt failed.</summary>
/// <param name="Kind">One kind.</param>
public readonly record struct AttemptFailure(FailureKinds Kind)
{
    /// <summary>The executor knows that another attempt would fail the same way.</summary>
    public bool IsFinal { get; init; }

    /// <summary>The exit code of the process that failed; null without one.</summary>
    public int? ExitCode { get; init; }

    /// <summary>For <see cref="FailureKinds.OutOfMemory"/>: bytes that another attempt needs free on each of its GPUs; 0 when nobody knows.</summary>
    public long MemoryFloor { get; init; }
}
