namespace Aurora.Scheduling.Lifecycle;

/// <summary>What is remembered of a task's ended attempts.</summary>
/// <param name="Failures">Attempts that the task itself failed.</param>
/// <param name="Losses">Attempts that ended because their node was lost; one alone says nothing about the task.</param>
/// <param name="MaxAttempts">Failures at which the task has failed; at least 1.</param>
public readonly record struct RetryState(int Failures, int Losses, int MaxAttempts)
{
    public const int DefaultMaxAttempts = 3;

    /// <summary>Bytes that must be free on each GPU of the next attempt, since an earlier one ran out of memory; 0 when none did.</summary>
    public long MemoryFloor { get; init; }

    /// <summary>Those of <see cref="Losses"/> in which the node died while the task ran on it.</summary>
    public int Crashes { get; init; }

    /// <summary>A task that has not been tried.</summary>
    public static RetryState Fresh { get; } = new(0, 0, DefaultMaxAttempts);
}
