namespace Aurora.Grains.Schedulers;

/// <summary>What a deadline limits.</summary>
internal enum DeadlineKind
{
    /// <summary>The wait for the first attempt's place.</summary>
    Queue,

    /// <summary>The wait for the node to say that the attempt runs.</summary>
    Start,

    /// <summary>The attempt.</summary>
    Run,
}

/// <summary>A point in time by which a task should have gone on.</summary>
/// <param name="Attempt">The attempt that it is about; 0 for the wait before the first.</param>
internal readonly record struct Deadline(string TaskId, int Attempt, DeadlineKind Kind);

/// <summary>
/// Deadlines by time. None is ever taken back: whoever takes one out looks whether it still means something, and most of them do not.
/// </summary>
internal sealed class DeadlineQueue
{
    private readonly PriorityQueue<Deadline, DateTimeOffset> order = new();

    public void Add(Deadline deadline, DateTimeOffset due) => order.Enqueue(deadline, due);

    /// <summary>Takes out the next deadline that is over.</summary>
    public bool TryTake(DateTimeOffset now, out Deadline deadline)
    {
        if (order.TryPeek(out deadline, out var due) && due <= now)
        {
            order.Dequeue();
            return true;
        }

        return false;
    }
}
