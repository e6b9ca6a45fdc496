namespace Aurora.Scheduling.Lifecycle;

/// <summary>Whether a task gets another attempt, and when.</summary>
/// <param name="State">What is remembered from now on.</param>
/// <param name="Delay">How long the next attempt waits; null when there is none.</param>
public readonly record struct RetryDecision(RetryState State, TimeSpan? Delay);

/// <summary>
/// Attempts up to a limit, with full-jitter backoff: a delay drawn evenly from zero to a bound that doubles
/// (M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015).
/// </summary>
public static class RetryPolicy
{
    /// <summary>Losses at which a task has failed, whatever was to blame for them.</summary>
    public const int MaxLosses = 10;

    /// <summary>Deaths of nodes that ran it at which a task is taken for what kills them, when no other task is as suspicious.</summary>
    public const int MaxCrashes = 3;

    // A lost node is bad luck at first, so the work moves on at once; a task that goes down with node after node waits.
    private const int LossesWithoutDelay = 2;

    private static readonly TimeSpan FirstBound = TimeSpan.FromSeconds(1);

    /// <summary>No delay is longer.</summary>
    public static TimeSpan LastBound { get; } = TimeSpan.FromMinutes(1);

    /// <param name="state">Before this failure.</param>
    /// <param name="failure">How the attempt failed; not by the loss of its node.</param>
    /// <param name="rules">What the task says of failures.</param>
    /// <param name="random">Evenly drawn from [0, 1).</param>
    public static RetryDecision AfterFailure(RetryState state, AttemptFailure failure, RetryRules rules, double random)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var after = state with { Failures = state.Failures + 1 };
        var isFinal = failure.IsFinal || after.Failures >= after.MaxAttempts || !rules.Cover(failure);
        if (failure.Kind == FailureKinds.OutOfMemory && failure.MemoryFloor > 0)
        {
            // More memory is tried once: a task that outgrows that as well would go on to outgrow the mesh.
            isFinal |= state.MemoryFloor > 0;
            after = after with { MemoryFloor = Math.Max(state.MemoryFloor, failure.MemoryFloor) };
        }

        return new RetryDecision(after, isFinal ? null : Jitter(after.Failures, random));
    }

    /// <param name="state">Before this loss.</param>
    /// <param name="rules">What the task says of failures.</param>
    /// <param name="random">Evenly drawn from [0, 1).</param>
    /// <param name="blame">What the loss says about the task.</param>
    public static RetryDecision AfterLoss(RetryState state, RetryRules rules, double random, LossBlame blame = LossBlame.None)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var after = state with { Losses = state.Losses + 1, Crashes = state.Crashes + (blame == LossBlame.None ? 0 : 1) };
        var isPoison = blame == LossBlame.Sole && after.Crashes >= MaxCrashes;
        return new RetryDecision(
            after,
            isPoison || after.Losses >= MaxLosses || (rules.On & FailureKinds.NodeLost) == 0 ? null
                : after.Losses <= LossesWithoutDelay ? TimeSpan.Zero
                : Jitter(after.Losses - LossesWithoutDelay, random));
    }

    private static TimeSpan Jitter(int retry, double random)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(random);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(random, 1);
        var bound = Math.Min(LastBound.TotalSeconds, FirstBound.TotalSeconds * Math.Pow(2, retry - 1));
        return TimeSpan.FromSeconds(random * bound);
    }
}
