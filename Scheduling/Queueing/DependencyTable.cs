using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Queueing;

/// <summary>Tasks that wait for the end of others before they stand in line.</summary>
public sealed class DependencyTable
{
    private readonly Dictionary<string, Entry> waiting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> dependants = new(StringComparer.Ordinal);

    /// <summary>Tasks that wait here.</summary>
    public int Count => waiting.Count;

    /// <summary>What waits here, in no order.</summary>
    public IEnumerable<PendingTask> Tasks => waiting.Values.Select(entry => entry.Task);

    /// <summary>The tasks that some task here waits for.</summary>
    public IReadOnlyCollection<string> Awaited => dependants.Keys;

    /// <summary>Takes up a task. One that is here already is left as it is.</summary>
    public void Add(PendingTask task, IReadOnlyList<Prerequisite> after)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentOutOfRangeException.ThrowIfZero(after.Count);
        if (!waiting.TryAdd(task.TaskId, new Entry(task, after.DistinctBy(each => each.TaskId).ToDictionary(each => each.TaskId))))
        {
            return;
        }

        foreach (var taskId in waiting[task.TaskId].Open.Keys)
        {
            if (!dependants.TryGetValue(taskId, out var list))
            {
                dependants.Add(taskId, list = []);
            }

            list.Add(task.TaskId);
        }
    }

    /// <summary>Whether the task waits here.</summary>
    public bool Contains(string taskId) => waiting.ContainsKey(taskId);

    /// <summary>The tasks that wait for this one.</summary>
    public IReadOnlyList<string> DependantsOf(string taskId) => dependants.GetValueOrDefault(taskId) ?? [];

    /// <summary>Whether a task here waits for this one.</summary>
    public bool IsAwaited(string taskId) => dependants.ContainsKey(taskId);

    /// <summary>The task and what it still waits for; null when it does not wait here.</summary>
    public (PendingTask Task, IReadOnlyCollection<string> After)? Find(string taskId) =>
        waiting.TryGetValue(taskId, out var entry) ? (entry.Task, entry.Open.Keys) : null;

    /// <summary>What of these priorities waits here and for what, in the order of submission; at most so many.</summary>
    public IEnumerable<(PendingTask Task, IReadOnlyCollection<string> After)> Head(int limit, PriorityRange priorities) => waiting.Values
        .Where(entry => priorities.Contains(entry.Task.Priority)).OrderBy(entry => entry.Task.SubmittedAt).Take(Math.Max(0, limit)).Select(entry => (entry.Task, (IReadOnlyCollection<string>)entry.Open.Keys));

    /// <summary>Forgets a task.</summary>
    public bool Remove(string taskId)
    {
        if (!waiting.Remove(taskId, out var entry))
        {
            return false;
        }

        foreach (var prerequisite in entry.Open.Keys)
        {
            if (dependants.TryGetValue(prerequisite, out var list) && list.Remove(taskId) && list.Count == 0)
            {
                dependants.Remove(prerequisite);
            }
        }

        return true;
    }

    /// <summary>
    /// A task ended: those that waited for nothing else leave. A task whose prerequisite had to complete and did not leaves as well, with
    /// <see cref="Released.Failed"/>.
    /// </summary>
    /// <param name="taskId">The task that ended.</param>
    /// <param name="completed">Whether it completed.</param>
    /// <param name="at">When it ended.</param>
    public IReadOnlyList<Released> Ended(string taskId, bool completed, DateTimeOffset at)
    {
        if (!dependants.Remove(taskId, out var list))
        {
            return [];
        }

        var released = new List<Released>(list.Count);
        foreach (var dependant in list)
        {
            var entry = waiting[dependant];
            entry.Open.Remove(taskId, out var prerequisite);
            entry.LastEnd = at > entry.LastEnd ? at : entry.LastEnd;
            var failed = !completed && !prerequisite.AnyEnd;
            if (failed || entry.Open.Count == 0)
            {
                Remove(dependant);
                released.Add(new Released(entry.Task, entry.LastEnd, failed ? taskId : null));
            }
        }

        return released;
    }

    private sealed class Entry(PendingTask task, Dictionary<string, Prerequisite> open)
    {
        public PendingTask Task { get; } = task;

        public Dictionary<string, Prerequisite> Open { get; } = open;

        public DateTimeOffset LastEnd { get; set; } = task.SubmittedAt;
    }
}

/// <summary>A task that waits for no other any more.</summary>
/// <param name="At">When the last one that it waited for ended.</param>
/// <param name="Failed">The one that had to complete and did not; null when the task may start.</param>
public sealed record Released(PendingTask Task, DateTimeOffset At, string? Failed);
