namespace Aurora.Client.Abstractions.Views;

/// <summary>The head of the queue.</summary>
/// <param name="Queued">All tasks that wait.</param>
/// <param name="Tasks">Those that go next, in order.</param>
public sealed record MeshQueue(long Queued, IReadOnlyList<QueuedTask> Tasks)
{
    private const int LowestPriority = 0;
    private const int HighestPriority = 10;

    /// <summary>Fails for a range of priorities that the mesh would refuse.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One of them is below 0 or above 10, or the lowest is above the highest.</exception>
    public static void RequirePriorities(int minPriority, int maxPriority)
    {
        if (minPriority is < LowestPriority or > HighestPriority)
        {
            throw new ArgumentOutOfRangeException(nameof(minPriority), minPriority, $"must be from {LowestPriority} to {HighestPriority}");
        }

        if (maxPriority < minPriority || maxPriority > HighestPriority)
        {
            throw new ArgumentOutOfRangeException(nameof(maxPriority), maxPriority, $"must be from minPriority to {HighestPriority}");
        }
    }
}

/// <summary>A task that waits.</summary>
/// <param name="EffectivePriority">The priority and what waiting has added.</param>
/// <param name="Reason">Why it waits.</param>
/// <param name="Pool">In whose line.</param>
public sealed record QueuedTask(string TaskId, string TaskType, int Priority, double EffectivePriority, DateTimeOffset SubmittedAt, string Reason, string Pool);
