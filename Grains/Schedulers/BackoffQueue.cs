using Aurora.Scheduling.Model;

namespace Aurora.Grains.Schedulers;

/// <summary>Tasks that wait out the delay before their next attempt; they are in line again when it is over.</summary>
internal sealed class BackoffQueue
{
    private readonly Dictionary<string, (PendingTask Task, DateTimeOffset Due)> waiting = new(StringComparer.Ordinal);
    private readonly PriorityQueue<string, DateTimeOffset> order = new();

    public int Count => waiting.Count;

    /// <summary>What waits here, in no order.</summary>
    public IEnumerable<PendingTask> Tasks => waiting.Values.Select(entry => entry.Task);

    public void Add(PendingTask task, DateTimeOffset due)
    {
        waiting[task.TaskId] = (task, due);
        order.Enqueue(task.TaskId, due);
    }

    public bool Contains(string taskId) => waiting.ContainsKey(taskId);

    /// <summary>The task and when its delay is over; null when it does not wait here.</summary>
    public (PendingTask Task, DateTimeOffset Due)? Find(string taskId) => waiting.TryGetValue(taskId, out var entry) ? entry : null;

    /// <summary>What of these priorities waits here, the first due first; at most <paramref name="limit"/>.</summary>
    public IEnumerable<(PendingTask Task, DateTimeOffset Due)> Head(int limit, PriorityRange priorities) =>
        waiting.Values.Where(entry => priorities.Contains(entry.Task.Priority)).OrderBy(entry => entry.Due).Take(limit);

    public bool Remove(string taskId) => waiting.Remove(taskId);

    /// <summary>Takes out the next task whose delay is over.</summary>
    public bool TryTake(DateTimeOffset now, out PendingTask task)
    {
        while (order.TryPeek(out var taskId, out var due) && due <= now)
        {
            order.Dequeue();

            // An entry without its task, or of an earlier delay of the same task, is left over.
            if (waiting.TryGetValue(taskId, out var entry) && entry.Due == due)
            {
                waiting.Remove(taskId);
                task = entry.Task;
                return true;
            }
        }

        task = null!;
        return false;
    }
}
