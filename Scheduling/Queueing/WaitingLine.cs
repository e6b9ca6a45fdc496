using System.Runtime.InteropServices;
using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Queueing;

/// <summary>The tasks of one shape, in queue order: a binary heap that knows where each task stands, so that any can leave.</summary>
internal sealed class WaitingLine(ShapeClass shapes, long bytesPerGpu)
{
    private readonly List<QueueEntry> heap = [];
    private TaskShape? shared;

    public ShapeClass Shapes { get; } = shapes;

    public long BytesPerGpu { get; } = bytesPerGpu;

    public QueueEntry? Head => heap.Count == 0 ? null : heap[0];

    public int Count => heap.Count;

    /// <summary>The task with the shape that the line's other tasks have: a million of them read from a store bring a million equal ones.</summary>
    public PendingTask ShareShape(PendingTask task)
    {
        shared ??= task.Shape;
        return ReferenceEquals(shared, task.Shape) || shared != task.Shape ? task : task with { Shape = shared };
    }

    public void Add(QueueEntry entry)
    {
        heap.Add(entry);
        SiftUp(entry, heap.Count - 1);
    }

    public void Remove(QueueEntry entry)
    {
        var last = heap[^1];
        heap.RemoveAt(heap.Count - 1);
        if (ReferenceEquals(last, entry))
        {
            return;
        }

        if (last.GoesBefore(entry))
        {
            SiftUp(last, entry.Position);
        }
        else
        {
            SiftDown(last, entry.Position);
        }
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
            if (heap[index].Key.CompareTo(key) >= 0)
            {
                continue;
            }

            count += heap[index].StandsForTask ? 1 : 0;
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
            if (index >= heap.Count || heap[index].Key.CompareTo(key) >= 0)
            {
                continue;
            }

            if (heap[index].StandsForTask)
            {
                if (into.Count >= limit)
                {
                    return false;
                }

                into.Add(heap[index]);
            }

            open.Push((2 * index) + 1);
            open.Push((2 * index) + 2);
        }

        return true;
    }

    /// <summary>The entries below this one in the heap: none of them goes before it.</summary>
    public IEnumerable<QueueEntry> After(QueueEntry entry)
    {
        for (var child = (2 * entry.Position) + 1; child <= (2 * entry.Position) + 2 && child < heap.Count; child++)
        {
            yield return heap[child];
        }
    }

    private void SiftUp(QueueEntry entry, int index)
    {
        var slots = CollectionsMarshal.AsSpan(heap);
        while (index > 0 && entry.GoesBefore(slots[(index - 1) / 2]))
        {
            var parent = (index - 1) / 2;
            Put(slots, slots[parent], index);
            index = parent;
        }

        Put(slots, entry, index);
    }

    private void SiftDown(QueueEntry entry, int index)
    {
        var slots = CollectionsMarshal.AsSpan(heap);
        while ((2 * index) + 1 < slots.Length)
        {
            var child = (2 * index) + 1;
            if (child + 1 < slots.Length && slots[child + 1].GoesBefore(slots[child]))
            {
                child++;
            }

            if (!slots[child].GoesBefore(entry))
            {
                break;
            }

            Put(slots, slots[child], index);
            index = child;
        }

        Put(slots, entry, index);
    }

    private static void Put(Span<QueueEntry> slots, QueueEntry entry, int index)
    {
        slots[index] = entry;
        entry.Position = index;
    }
}
