using Aurora.Grains.Interfaces.Output;

namespace Aurora.Grains.Output;

/// <summary>The newest output of one task, over its attempts. When the bound is reached the oldest goes.</summary>
internal sealed class OutputLog(OutputBudget budget)
{
    // What a piece costs beside its text: the item, the string's header, the queue's slot.
    private const int PieceOverhead = 64;

    private readonly Queue<OutputItem> items = new();
    private long bytes;
    private long nextSequence;

    /// <summary>The latest attempt that wrote; 0 before the first.</summary>
    public int Attempt { get; private set; }

    /// <summary>Whether that attempt has nothing more to write.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>How far that attempt last said to be; kept when the piece itself is dropped.</summary>
    public string? Progress { get; private set; }

    /// <summary>The position after everything.</summary>
    public long End => OutputPosition.Of(Attempt, nextSequence);

    public OutputReceipt Append(OutputBatch batch)
    {
        if (batch.Attempt < Attempt)
        {
            return new OutputReceipt(IsStale: true, Next: 0);
        }

        if (batch.Attempt > Attempt)
        {
            (Attempt, nextSequence, IsComplete, Progress) = (batch.Attempt, 0, false, null);
        }

        if (batch.From > nextSequence && batch.From > batch.Oldest)
        {
            // What is missing between can still be had.
            return new OutputReceipt(IsStale: false, nextSequence);
        }

        nextSequence = Math.Max(nextSequence, batch.From);
        for (var index = (int)Math.Min(nextSequence - batch.From, batch.Pieces.Length); index < batch.Pieces.Length; index++)
        {
            Add(new OutputItem(OutputPosition.Of(Attempt, nextSequence), batch.Pieces[index].Kind, batch.Pieces[index].Text));
            nextSequence++;
        }

        IsComplete |= batch.IsLast && batch.From + batch.Pieces.Length >= nextSequence;
        return new OutputReceipt(IsStale: false, nextSequence);
    }

    /// <summary>What there is from the position on, up to about <paramref name="bytesMax"/>.</summary>
    public OutputPage Read(long position, long bytesMax)
    {
        var page = new List<OutputItem>();
        long taken = 0;
        foreach (var item in items)
        {
            if (item.Position < position)
            {
                continue;
            }

            if (taken > 0 && taken + CostOf(item) > bytesMax)
            {
                return new OutputPage([.. page], page[^1].Position + 1, Attempt, IsComplete: false);
            }

            page.Add(item);
            taken += CostOf(item);
        }

        // A reader that has all of a complete attempt waits for the next one, if there is to be any.
        var isComplete = IsComplete && position <= End;
        var next = Attempt == 0 ? position : Math.Max(position, isComplete ? OutputPosition.Of(Attempt + 1, 0) : End);
        return new OutputPage([.. page], next, Attempt, isComplete);
    }

    /// <summary>Gives everything back.</summary>
    public void Clear()
    {
        budget.Take(-bytes);
        bytes = 0;
        items.Clear();
    }

    private static long CostOf(in OutputItem item) => PieceOverhead + (2L * item.Text.Length);

    private void Add(in OutputItem item)
    {
        var cost = CostOf(item);
        Progress = item.Kind == OutputKind.Progress ? item.Text : Progress;
        items.Enqueue(item);
        bytes += cost;
        budget.Take(cost);
        while (items.Count > 0 && (bytes > OutputBudget.TaskBytesMax || !budget.HasRoom))
        {
            var dropped = CostOf(items.Dequeue());
            bytes -= dropped;
            budget.Take(-dropped);
        }
    }
}
