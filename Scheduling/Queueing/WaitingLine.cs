using System.Runtime.InteropServices;
using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Queueing;

/// <summary>The tasks of one shape, in queue order: a binary heap of row numbers that knows where each stands, so that any can leave.</summary>
internal sealed class WaitingLine
{
    private readonly List<int> heap = [];
    private readonly WaitingRows rows;
    private TaskShape? shared;
    private QueueEntry? head;

    public WaitingLine(ShapeClass shapes, long bytesPerGpu, WaitingRows rows)
    {
        (Shapes, BytesPerGpu, this.rows) = (shapes, bytesPerGpu, rows);
        Number = rows.Add(this);
    }

    public ShapeClass Shapes { get; }

    public long BytesPerGpu { get; }

    public int Number { get; }

    /// <summary>The shape of the line's tasks.</summary>
    public TaskShape Shape => shared!;

    public QueueEntry? Head => heap.Count == 0 ? null : head?.Row == heap[0] ? head : head = rows.EntryOf(heap[0]);

    public int Count => heap.Count;

    /// <summary>Whether a shape is the one that the line's tasks have: a million of them read from a store bring a million equal ones.</summary>
    public bool Shares(TaskShape shape)
    {
        shared ??= shape;
        return ReferenceEquals(shared, shape) || shared == shape;
    }

    /// <summary>The task with the line's own shape where that is equal.</summary>
    public PendingTask ShareShape(PendingTask task) =>
        Shares(task.Shape) && !ReferenceEquals(shared, task.Shape) ? task with { Shape = Shape } : task;

    /// <summary>Puts a row in line; true when it goes first.</summary>
    public bool Add(int row)
    {
        heap.Add(row);
        SiftUp(row, heap.Count - 1);
        return heap[0] == row;
    }

    /// <summary>Takes a row out of line; true when it went first.</summary>
    public bool Remove(int row)
    {
        if (head?.Row == row)
        {
            // Its number is given to another.
            head = null;
        }

        var position = rows[row].Position;
        var last = heap[^1];
        heap.RemoveAt(heap.Count - 1);
        if (last == row)
        {
            return position == 0;
        }

        if (rows.GoesBefore(last, row))
        {
            SiftUp(last, position);
        }
        else
        {
            SiftDown(last, position);
        }

        if (heap.Count < heap.Capacity / 4)
        {
            heap.Capacity = heap.Count * 2;
        }

        return position == 0;
    }

    /// <summary>Tasks of this line that go before the key; visits no more of the heap than those and their children.</summary>
    public long CountBefore(QueueKey key)
    {
        if (heap.Count == 0)
        {
            return 0;
        }

        long count = 0;
        var open = new Stack<int>();
        open.Push(0);
        while (open.TryPop(out var index))
        {
            if (!rows.GoesBefore(heap[index], key))
            {
                continue;
            }

            count += rows.StandsForTask(heap[index]) ? 1 : 0;
            for (var child = (2 * index) + 1; child <= (2 * index) + 2 && child < heap.Count; child++)
            {
                open.Push(child);
            }
        }

        return count;
    }

    /// <summary>Adds the tasks that go before the key; false, with some of them missing, when the list has come to hold more than the limit.</summary>
    public bool CollectBefore(QueueKey key, List<QueueEntry> into, int limit)
    {
        var open = new Stack<int>();
        open.Push(0);
        while (open.TryPop(out var index))
        {
            if (index >= heap.Count || !rows.GoesBefore(heap[index], key))
            {
                continue;
            }

            if (rows.StandsForTask(heap[index]))
            {
                if (into.Count >= limit)
                {
                    return false;
                }

                into.Add(rows.EntryOf(heap[index]));
            }

            open.Push((2 * index) + 1);
            open.Push((2 * index) + 2);
        }

        return true;
    }

    /// <summary>
    /// Keeps the rows of these priorities that go first, at most so many, with those that were found in other lines. Goes through the heap level
    /// by level: below a level on which nobody goes before the last one kept, nobody does.
    /// </summary>
    /// <param name="found">Rows by themselves, the one that goes last in front.</param>
    public void CollectHead(PriorityRange priorities, int limit, PriorityQueue<int, int> found)
    {
        var isOver = false;
        for (var (level, below) = (0, 1); level < heap.Count && !isOver; (level, below) = (below, (2 * below) + 1))
        {
            isOver = true;
            for (var index = level; index < below && index < heap.Count; index++)
            {
                var row = heap[index];
                if (found.Count == limit && !rows.GoesBefore(row, found.Peek()))
                {
                    continue;
                }

                isOver = false;
                if (!rows.StandsForTask(row) || !priorities.Contains(rows.Standing(row).Priority))
                {
                    continue;
                }

                if (found.Count == limit)
                {
                    found.Dequeue();
                }

                found.Enqueue(row, row);
            }
        }
    }

    /// <summary>Adds its tasks to what was counted by type and priority.</summary>
    public void AddTo(Dictionary<(string TaskType, int Priority), WaitingCount> counts)
    {
        var taskType = Shape.TaskType;
        var last = new WaitingCount(taskType, -1, 0, default);
        foreach (var row in heap)
        {
            if (!rows.StandsForTask(row))
            {
                continue;
            }

            var (priority, submitted) = rows.Standing(row);
            if (priority != last.Priority)
            {
                Keep(last);
                last = counts.GetValueOrDefault((taskType, priority), new WaitingCount(taskType, priority, 0, DateTimeOffset.MaxValue));
            }

            last = last with { Count = last.Count + 1, OldestSubmittedAt = submitted < last.OldestSubmittedAt ? submitted : last.OldestSubmittedAt };
        }

        Keep(last);

        void Keep(WaitingCount count)
        {
            if (count.Count > 0)
            {
                counts[(taskType, count.Priority)] = count;
            }
        }
    }

    /// <summary>The entries below this one in the heap: none of them goes before it.</summary>
    public IEnumerable<QueueEntry> After(QueueEntry entry)
    {
        var position = rows[entry.Row].Position;
        for (var child = (2 * position) + 1; child <= (2 * position) + 2 && child < heap.Count; child++)
        {
            yield return rows.EntryOf(heap[child]);
        }
    }

    private void SiftUp(int row, int index)
    {
        var slots = CollectionsMarshal.AsSpan(heap);
        while (index > 0 && rows.GoesBefore(row, slots[(index - 1) / 2]))
        {
            var parent = (index - 1) / 2;
            Put(slots, slots[parent], index);
            index = parent;
        }

        Put(slots, row, index);
    }

    private void SiftDown(int row, int index)
    {
        var slots = CollectionsMarshal.AsSpan(heap);
        while ((2 * index) + 1 < slots.Length)
        {
            var child = (2 * index) + 1;
            if (child + 1 < slots.Length && rows.GoesBefore(slots[child + 1], slots[child]))
            {
                child++;
            }

            if (!rows.GoesBefore(slots[child], row))
            {
                break;
            }

            Put(slots, slots[child], index);
            index = child;
        }

        Put(slots, row, index);
    }

    private void Put(Span<int> slots, int row, int index)
    {
        slots[index] = row;
        rows[row].Position = index;
    }
}
