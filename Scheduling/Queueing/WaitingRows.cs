using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Queueing;

/// <summary>
/// The rows of everything that waits, by number and by id. They lie in pieces that never move, so that a long line costs no copy when it
/// grows; a row that was left is used again, and an empty table gives its memory back.
/// </summary>
/// <param name="agingStep">The wait that counts as much as one priority level.</param>
/// <param name="keyOf">A task's place in line.</param>
/// <param name="isPlaceByRow">Whether the place of a task that has nothing out of the ordinary follows from what a row has of it.</param>
internal sealed class WaitingRows(TimeSpan agingStep, Func<PendingTask, QueueKey> keyOf, bool isPlaceByRow)
{
    private const int PieceBits = 10;
    private const int PieceSize = 1 << PieceBits;
    private const int None = -1;

    private readonly Dictionary<int, QueueEntry> whole = [];
    private readonly Dictionary<string, int> named = new(StringComparer.Ordinal);
    private readonly List<WaitingLine?> lines = [];
    private readonly Stack<int> freeLines = [];
    private WaitingRow[][] pieces = [];

    // By the hash of the id: the number of the first row of the chain, plus one.
    private int[] chains = [];
    private int chained;
    private int used;
    private int held;
    private int free = None;

    public ref WaitingRow this[int number] => ref pieces[number >> PieceBits][number & (PieceSize - 1)];

    /// <summary>Gives a line its number.</summary>
    public int Add(WaitingLine line)
    {
        if (freeLines.TryPop(out var number))
        {
            lines[number] = line;
            return number;
        }

        lines.Add(line);
        return lines.Count - 1;
    }

    /// <summary>Takes a line's number back.</summary>
    public void Remove(WaitingLine line)
    {
        lines[line.Number] = null;
        freeLines.Push(line.Number);
    }

    /// <summary>A row for a task that has one shape.</summary>
    public int Add(PendingTask task, WaitingLine line)
    {
        var isCompact = CompactId.TryParse(task.TaskId, out var id);
        if (!isCompact || !isPlaceByRow || !task.IsPlain || task.Priority is < 0 or > WaitingRow.PriorityMax || !line.Shares(task.Shape))
        {
            return AddWhole(task, line, isIndexed: true).Row;
        }

        var number = Take(new WaitingRow(id, task.Priority, task.SubmittedAt.UtcTicks, line.Number));
        Chain(number, id);
        return number;
    }

    /// <summary>A row for which the task is kept as an object.</summary>
    /// <param name="task">With the shape of the line.</param>
    /// <param name="line">Where it stands.</param>
    /// <param name="isIndexed">Whether it is found by the task's id: one of the rows of a task is.</param>
    public QueueEntry AddWhole(PendingTask task, WaitingLine line, bool isIndexed)
    {
        var isCompact = CompactId.TryParse(task.TaskId, out var id);
        var number = Take(WaitingRow.ForWhole(id, line.Number));
        var entry = new QueueEntry(task, keyOf(task), line, number);
        whole.Add(number, entry);
        if (isIndexed && isCompact)
        {
            Chain(number, id);
        }
        else if (isIndexed)
        {
            named.Add(task.TaskId, number);
        }

        return entry;
    }

    public void Remove(QueueEntry entry)
    {
        var number = entry.Row;
        if (entry.StandsForTask && !named.Remove(entry.Task.TaskId))
        {
            Unchain(number);
        }

        whole.Remove(number);
        this[number] = new WaitingRow { Next = free };
        free = number;
        if (--held == 0 && pieces.Length > 1)
        {
            (pieces, chains, used, free) = ([], [], 0, None);
        }
    }

    /// <summary>The row that stands for the task; null when it does not wait.</summary>
    public int? Find(string taskId)
    {
        if (held == 0)
        {
            return null;
        }

        if (!CompactId.TryParse(taskId, out var id))
        {
            return named.TryGetValue(taskId, out var byName) ? byName : null;
        }

        if (chained == 0)
        {
            return null;
        }

        var number = chains[ChainOf(id)] - 1;
        while (number != None && this[number].Id != id)
        {
            number = this[number].Next;
        }

        return number == None ? null : number;
    }

    /// <summary>The row as an object: the one that is kept, or one made of what the row has.</summary>
    public QueueEntry EntryOf(int number)
    {
        ref var row = ref this[number];
        if (row.IsWhole)
        {
            return whole[number];
        }

        var line = lines[row.Line]!;
        var task = new PendingTask(row.Id.ToString(), line.Shape, row.Priority, new DateTimeOffset(row.SubmittedTicks, TimeSpan.Zero), Attempt: 0);
        return new QueueEntry(task, keyOf(task), line, number);
    }

    /// <summary>Whether a row stands for a task, and is not a further place of one.</summary>
    public bool StandsForTask(int number) => !this[number].IsWhole || whole[number].StandsForTask;

    /// <summary>The priority of a row's task and its submission.</summary>
    public (int Priority, DateTimeOffset SubmittedAt) Standing(int number)
    {
        ref var row = ref this[number];
        return row.IsWhole && whole[number].Task is var task ? (task.Priority, task.SubmittedAt) : (row.Priority, new DateTimeOffset(row.SubmittedTicks, TimeSpan.Zero));
    }

    public bool GoesBefore(int one, int other)
    {
        ref var first = ref this[one];
        ref var second = ref this[other];
        if (!first.IsWhole && !second.IsWhole)
        {
            // As QueueKey does it for tasks without a deadline; this is what a long line spends its time with.
            var order = (first.SubmittedTicks - (first.Priority * agingStep.Ticks)).CompareTo(second.SubmittedTicks - (second.Priority * agingStep.Ticks));
            order = order != 0 ? order : first.SubmittedTicks.CompareTo(second.SubmittedTicks);
            return order != 0 ? order < 0 : first.Id.CompareTo(second.Id) < 0;
        }

        var byNumbers = Numbers(one).CompareTo(Numbers(other));
        return byNumbers != 0 ? byNumbers < 0 : string.CompareOrdinal(IdOf(one), IdOf(other)) < 0;
    }

    public bool GoesBefore(int number, in QueueKey key)
    {
        var order = Numbers(number).CompareTo(key with { TaskId = "" });
        return order != 0 ? order < 0 : string.CompareOrdinal(IdOf(number), key.TaskId) < 0;
    }

    private QueueKey Numbers(int number)
    {
        ref var row = ref this[number];
        return row.IsWhole ? whole[number].Key with { TaskId = "" } : QueueKey.Of(row.Priority, row.SubmittedTicks, agingStep);
    }

    private string IdOf(int number) => this[number].IsWhole ? whole[number].Task.TaskId : this[number].Id.ToString();

    private int Take(WaitingRow row)
    {
        var number = free;
        if (number != None)
        {
            free = this[number].Next;
        }
        else
        {
            number = used++;
            if (number >> PieceBits == pieces.Length)
            {
                pieces = [.. pieces, new WaitingRow[PieceSize]];
            }
        }

        held++;
        row.Next = None;
        this[number] = row;
        return number;
    }

    private void Chain(int number, CompactId id)
    {
        if (chained == chains.Length)
        {
            Lengthen();
        }

        ref var first = ref chains[ChainOf(id)];
        this[number].Next = first - 1;
        first = number + 1;
        chained++;
    }

    private void Unchain(int number)
    {
        ref var row = ref this[number];
        ref var first = ref chains[ChainOf(row.Id)];
        if (first == number + 1)
        {
            first = row.Next + 1;
        }
        else
        {
            var before = first - 1;
            while (this[before].Next != number)
            {
                before = this[before].Next;
            }

            this[before].Next = row.Next;
        }

        chained--;
    }

    private void Lengthen()
    {
        var old = chains;
        chains = new int[Math.Max(16, old.Length * 2)];
        foreach (var start in old)
        {
            for (var number = start - 1; number != None;)
            {
                ref var row = ref this[number];
                var next = row.Next;
                ref var first = ref chains[ChainOf(row.Id)];
                row.Next = first - 1;
                first = number + 1;
                number = next;
            }
        }
    }

    private int ChainOf(CompactId id) => HashCode.Combine(id.High, id.Low, id.Number) & (chains.Length - 1);
}
