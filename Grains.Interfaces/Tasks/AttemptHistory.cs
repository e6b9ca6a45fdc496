namespace Aurora.Grains.Interfaces.Tasks;

/// <summary>What is remembered of a task's ended attempts.</summary>
/// <param name="Failures">Attempts that the task itself failed.</param>
/// <param name="Losses">Attempts that ended because their node was lost.</param>
/// <param name="MaxAttempts">Failures at which the task has failed.</param>
[GenerateSerializer, Immutable, Alias("aurora.attempt-history")]
public readonly record struct AttemptHistory(
    [property: Id(0)] int Failures,
    [property: Id(1)] int Losses,
    [property: Id(2)] int MaxAttempts)
{
    /// <summary>Bytes that must be free on each GPU of the next attempt, since an earlier one ran out of memory; 0 when none did.</summary>
    [Id(3)]
    public long MemoryFloor { get; init; }

    /// <summary>Those of <see cref="Losses"/> in which the node died while the task ran on it.</summary>
    [Id(4)]
    public int Crashes { get; init; }
}
