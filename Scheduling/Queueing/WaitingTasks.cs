using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Sharing;

namespace Aurora.Scheduling.Queueing;

/// <summary>Every waiting task: by id, and in lines by shape. Every change costs the logarithm of what waits.</summary>
internal sealed class WaitingTasks(TimeSpan agingStep, NodeVocabulary vocabulary, FairShares shares, ServiceTurns? service = null)
{
    // Clients choose the strings in a shape, so classes without waiting tasks are dropped beyond this many.
    private const int IdleClassesMax = 1024;

    private readonly WaitingRows rows = new(agingStep, KeyMaker(agingStep, service), isPlaceByRow: service is null);
    private readonly Func<PendingTask, QueueKey> keyOf = KeyMaker(agingStep, service);
    private readonly Dictionary<ShapeClassKey, ShapeClass> classes = [];
    private readonly List<ShapeClass> active = [];

    public int Count { get; private set; }

    /// <summary>The classes with waiting tasks.</summary>
    public IReadOnlyList<ShapeClass> Active => active;

    public QueueEntry? Find(string taskId) => rows.Find(taskId) is { } row ? rows.EntryOf(row) : null;

    public bool Contains(string taskId) => rows.Find(taskId) is not null;

    public QueueKey KeyOf(PendingTask task) => keyOf(task);

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
        Count++;
        if (task.AnyOf.Count == 0)
        {
            var line = LineOf(task.Shape);
            PutInLine(line, rows.Add(line.ShareShape(task), line));
            return;
        }

        var places = new QueueEntry[task.AnyOf.Count];
        for (var i = 0; i < places.Length; i++)
        {
            var line = LineOf(task.AnyOf[i]);
            places[i] = rows.AddWhole(line.ShareShape(task with { Shape = task.AnyOf[i] }), line, isIndexed: i == 0);
            places[i].Places = places;
            PutInLine(line, places[i].Row);
        }
    }

    public void Remove(QueueEntry entry)
    {
        Count--;
        foreach (var place in entry.Places ?? [entry])
        {
            LeaveLine(place);
        }

        foreach (var place in entry.Places ?? [entry])
        {
            rows.Remove(place);
        }
    }

    /// <summary>How many wait by task type and priority, and since when. Visits every row.</summary>
    public IReadOnlyCollection<WaitingCount> Counts()
    {
        var counts = new Dictionary<(string TaskType, int Priority), WaitingCount>();
        foreach (var line in active.SelectMany(shapes => shapes.Lines.Lines))
        {
            line.AddTo(counts);
        }

        return counts.Values;
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

    /// <summary>
    /// Likewise of those with a priority of the range. Visits what goes before the last one found, once more as much, and every row where
    /// fewer than the limit wait: for a person who asks, not for a decision.
    /// </summary>
    public IReadOnlyList<PendingTask> Head(int limit, PriorityRange priorities)
    {
        if (limit == 0)
        {
            return [];
        }

        var found = new PriorityQueue<int, int>(Comparer<int>.Create((one, other) => one == other ? 0 : rows.GoesBefore(one, other) ? 1 : -1));
        foreach (var line in active.SelectMany(shapes => shapes.Lines.Lines))
        {
            line.CollectHead(priorities, limit, found);
        }

        var head = new PendingTask[found.Count];
        for (var last = head.Length - 1; last >= 0; last--)
        {
            head[last] = rows.EntryOf(found.Dequeue()).Task;
        }

        return head;
    }

    private static Func<PendingTask, QueueKey> KeyMaker(TimeSpan agingStep, ServiceTurns? service) =>
        service is null ? task => QueueKey.Of(task, agingStep) : task => service.KeyOf(task, agingStep);

    private WaitingLine LineOf(TaskShape shape)
    {
        var shapes = ClassOf(shape);
        return shapes.Lines.Find(shape.MemoryBytesPerGpu) ?? new WaitingLine(shapes, shape.MemoryBytesPerGpu, rows);
    }

    private void PutInLine(WaitingLine line, int row)
    {
        var shapes = line.Shapes;
        var goesFirst = line.Add(row);
        if (line.Count == 1)
        {
            shapes.Lines.Add(line);
        }
        else if (goesFirst)
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
    }

    private void LeaveLine(QueueEntry entry)
    {
        var line = entry.Line;
        var shapes = line.Shapes;
        var wentFirst = line.Remove(entry.Row);
        if (line.Count == 0)
        {
            shapes.Lines.Remove(line);
            rows.Remove(line);
        }
        else if (wentFirst)
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
