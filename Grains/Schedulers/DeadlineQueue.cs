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

    /// <summary>The wait for a place from which the task's own deadline can still be met.</summary>
    Late,
}

/// <summary>A point in time by which a task should have gone on.</summary>
/// <param name="Attempt">The attempt that it is about; 0 for the wait before the first.</param>
internal readonly record struct Deadline(string TaskId, int Attempt, DeadlineKind Kind);

/// <summary>
/// Deadlines by time. None is taken back when its task goes on: whoever takes one out looks whether it still means something, and most of
/// them do not. What is left of tasks that ended is swept out when it is most of what there is.
/// </summary>
internal sealed class DeadlineQueue
{
    private const int SweepFrom = 10_000;

    // A task has four at most: for its place, its start, its run and its own deadline.
    private const int PerTask = 4;

    private readonly PriorityQueue<Deadline, DateTimeOffset> order = new();

    public int Count => order.Count;

    /// <summary>Forgets the deadlines of tasks that are not there any more, once there are many.</summary>
    /// <param name="tasks">Tasks that may have deadlines.</param>
    /// <param name="isThere">Whether a task is one of them.</param>
    public void Sweep(int tasks, Func<string, bool> isThere)
    {
        if (order.Count >= SweepFrom && order.Count / 2 > tasks * PerTask)
        {
            var kept = order.UnorderedItems.Where(item => isThere(item.Element.TaskId)).ToList();
            order.Clear();
            order.EnqueueRange(kept);
        }
    }

    public void Add(Deadline deadline, DateTimeOffset due) => order.Enqueue(deadline, due);

    /// <summary>Takes out the next deadline that is over, and says since when.</summary>
    public bool TryTake(DateTimeOffset now, out Deadline deadline, out DateTimeOffset due)
    {
        if (order.TryPeek(out deadline, out due) && due <= now)
        {
            order.Dequeue();
            return true;
        }

        return false;
    }
}
