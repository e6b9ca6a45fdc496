using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Sharing;

namespace Aurora.Scheduling.Queueing;

/// <summary>Every waiting task: by id, and in lines by shape. Every change costs the logarithm of what waits.</summary>
internal sealed class WaitingTasks(TimeSpan agingStep, NodeVocabulary vocabulary, FairShares shares, ServiceTurns? service = null)
{
    // Clients choose the strings in a shape, so classes without waiting tasks are dropped beyond this many.
    private const int IdleClassesMax = 1024;

    private readonly Dictionary<string, QueueEntry> entries = new(StringComparer.Ordinal);
    private readonly Dictionary<ShapeClassKey, ShapeClass> classes = [];
    private readonly List<ShapeClass> active = [];

    public int Count => entries.Count;

    /// <summary>Every waiting task, in no order.</summary>
    public IEnumerable<PendingTask> Tasks => entries.Values.Select(entry => entry.Task);

    /// <summary>The classes with waiting tasks.</summary>
    public IReadOnlyList<ShapeClass> Active => active;

    public QueueEntry? Find(string taskId) => entries.GetValueOrDefault(taskId);

    public QueueKey KeyOf(PendingTask task) => service?.KeyOf(task, agingStep) ?? QueueKey.Of(task, agingStep);

    public ShapeClass ClassOf(TaskShape shape)
    {
        var key = ShapeClassKey.Of(shape);
        if (classes.TryGetValue(key, out var known))
        {
            return known;
        }

        if (classes.Count - active.Count >= IdleClassesMax)
        {
            foreach (var idle in classes.Values.Where(shapes => shapes.Count == 0).ToList())
            {
                idle.Account.HeldBack.Remove(idle);
                classes.Remove(idle.Key);
            }

            shares.Forget();
        }

        var added = new ShapeClass(key, vocabulary, shares.Of(key.Tenant));
        classes.Add(key, added);
        return added;
    }

    public void Add(PendingTask task)
    {
        if (task.AnyOf.Count == 0)
        {
            entries.Add(task.TaskId, PutInLine(task));
            return;
        }

        QueueEntry[] places = [.. task.AnyOf.Select(shape => PutInLine(task with { Shape = shape }))];
        foreach (var place in places)
        {
            place.Places = places;
        }

        entries.Add(task.TaskId, places[0]);
    }

    public void Remove(QueueEntry entry)
    {
        if (entry.Places is null)
        {
            LeaveLine(entry);
        }

        foreach (var place in entry.Places ?? [])
        {
            LeaveLine(place);
        }

        entries.Remove(entry.Task.TaskId);
    }

    /// <summary>1 for the head. Visits every task that goes before: for a person who asks, not for a decision.</summary>
    public long PositionOf(QueueEntry entry) =>
        1 + active.SelectMany(shapes => shapes.Lines.Lines).Sum(line => line.CountBefore(entry.Key));

    /// <summary>The tasks that go before this one, in order; null when there are more than the limit.</summary>
    public IReadOnlyList<PendingTask>? Before(QueueEntry entry, int limit)
    {
        var ahead = new List<QueueEntry>();
        foreach (var line in active.SelectMany(shapes => shapes.Lines.Lines))
        {
            if (!line.CollectBefore(entry.Key, ahead, limit))
            {
                return null;
            }
        }

        return [.. ahead.OrderBy(other => other.Key).Select(other => other.Task)];
    }

    /// <summary>The tasks that go next, in order. Visits those, their children in the heaps, and the head of each line.</summary>
    public IReadOnlyList<PendingTask> Head(int limit)
    {
        var open = new PriorityQueue<(WaitingLine Line, QueueEntry Entry), QueueKey>();
        foreach (var line in active.SelectMany(shapes => shapes.Lines.Lines))
        {
            open.Enqueue((line, line.Head!), line.Head!.Key);
        }

        var head = new List<PendingTask>(Math.Min(limit, Count));
        while (head.Count < limit && open.TryDequeue(out var next, out _))
        {
            if (next.Entry.StandsForTask)
            {
                head.Add(next.Entry.Task);
            }

            foreach (var after in next.Line.After(next.Entry))
            {
                open.Enqueue((next.Line, after), after.Key);
            }
        }

        return head;
    }

    private QueueEntry PutInLine(PendingTask task)
    {
        var shapes = ClassOf(task.Shape);
        var line = shapes.Lines.Find(task.Shape.MemoryBytesPerGpu);
        var isNewLine = line is null;
        line ??= new WaitingLine(shapes, task.Shape.MemoryBytesPerGpu);
        task = line.ShareShape(task);
        var entry = new QueueEntry(task, KeyOf(task), line);
        line.Add(entry);
        if (isNewLine)
        {
            shapes.Lines.Add(line);
        }
        else if (ReferenceEquals(line.Head, entry))
        {
            shapes.Lines.HeadChanged(line);
        }

        shares.CountWaiting(shapes.Account, 1);
        if (shapes.Count++ == 0)
        {
            // Nodes that changed while nobody of the class waited did not tell it.
            shapes.Reach.Generation = -1;
            shapes.ActiveIndex = active.Count;
            active.Add(shapes);
        }

        return entry;
    }

    private void LeaveLine(QueueEntry entry)
    {
        var line = entry.Line;
        var shapes = line.Shapes;
        var wasHead = ReferenceEquals(line.Head, entry);
        line.Remove(entry);
        if (line.Count == 0)
        {
            shapes.Lines.Remove(line);
        }
        else if (wasHead)
        {
            shapes.Lines.HeadChanged(line);
        }

        shares.CountWaiting(shapes.Account, -1);
        if (--shapes.Count == 0)
        {
            var last = active[^1];
            active[shapes.ActiveIndex] = last;
            last.ActiveIndex = shapes.ActiveIndex;
            active.RemoveAt(active.Count - 1);
            shapes.ActiveIndex = -1;
        }
    }
}
