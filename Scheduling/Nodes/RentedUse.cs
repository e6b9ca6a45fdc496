namespace Aurora.Scheduling.Nodes;

/// <summary>
/// Since when a rented node is in use. What has run long tends to run on, so a node whose oldest attempt has run longest is paid for anyway: what
/// comes goes there, and the others fall idle sooner and can be given back.
/// </summary>
internal sealed class RentedUse
{
    private readonly Dictionary<string, DateTimeOffset> starts = new(StringComparer.Ordinal);
    private readonly SortedSet<(DateTimeOffset At, string TaskId)> byStart = new(
        Comparer<(DateTimeOffset At, string TaskId)>.Create((one, two) => one.At != two.At ? one.At.CompareTo(two.At) : string.CompareOrdinal(one.TaskId, two.TaskId)));

    /// <summary>When its last attempt ended; of no meaning while one runs.</summary>
    public DateTimeOffset IdleSince { get; private set; }

    /// <summary>When each attempt that it holds began, by task.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Starts => starts;

    /// <summary>The lower, the likelier it stays paid for: by its oldest attempt, and after all that have one the node that fell idle last.</summary>
    public long Order => byStart.Count > 0 ? byStart.Min.At.UtcTicks : long.MaxValue - IdleSince.UtcTicks;

    public void Began(string taskId, DateTimeOffset at)
    {
        if (starts.TryAdd(taskId, at))
        {
            byStart.Add((at, taskId));
        }
    }

    public void Ended(string taskId, DateTimeOffset at)
    {
        if (starts.Remove(taskId, out var began))
        {
            byStart.Remove((began, taskId));
            IdleSince = at;
        }
    }

    /// <summary>Takes over what another planner knows of the same node.</summary>
    public void SetAs(IReadOnlyDictionary<string, DateTimeOffset> known, DateTimeOffset idleSince)
    {
        starts.Clear();
        byStart.Clear();
        foreach (var (taskId, at) in known)
        {
            Began(taskId, at);
        }

        IdleSince = idleSince;
    }
}
