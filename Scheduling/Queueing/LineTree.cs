namespace Aurora.Scheduling.Queueing;

/// <summary>
/// The lines of one shape class by the memory they need. It answers "which task goes first among those that need at
/// most so much" in logarithmic time, so tasks that need more than there is cost nothing, however many they are.
/// A treap, balanced by a fixed hash of the memory, hence the same on every run.
/// </summary>
internal sealed class LineTree
{
    private Branch? root;

    /// <summary>The least memory that any waiting task needs; null when none waits.</summary>
    public long? SmallestNeed
    {
        get
        {
            var branch = root;
            while (branch?.Left is { } left)
            {
                branch = left;
            }

            return branch?.Line.BytesPerGpu;
        }
    }

    public IEnumerable<WaitingLine> Lines
    {
        get
        {
            var open = new Stack<Branch>();
            for (var next = root; next is not null || open.Count > 0; next = next.Right)
            {
                for (; next is not null; next = next.Left)
                {
                    open.Push(next);
                }

                next = open.Pop();
                yield return next.Line;
            }
        }
    }

    public WaitingLine? Find(long bytes)
    {
        var branch = root;
        while (branch is not null && branch.Line.BytesPerGpu != bytes)
        {
            branch = bytes < branch.Line.BytesPerGpu ? branch.Left : branch.Right;
        }

        return branch?.Line;
    }

    public void Add(WaitingLine line) => root = Insert(root, new Branch(line));

    public void Remove(WaitingLine line) => root = Without(root, line.BytesPerGpu);

    /// <summary>To be called when the head of a line is another one.</summary>
    public void HeadChanged(WaitingLine line) => Renew(root, line.BytesPerGpu);

    public QueueEntry? EarliestUpTo(long bytes)
    {
        QueueEntry? earliest = null;
        var branch = root;
        while (branch is not null)
        {
            if (branch.Line.BytesPerGpu > bytes)
            {
                branch = branch.Left;
                continue;
            }

            earliest = QueueEntry.Earlier(earliest, branch.Line.Head);
            earliest = QueueEntry.Earlier(earliest, branch.Left?.Earliest);
            branch = branch.Right;
        }

        return earliest;
    }

    private static Branch Insert(Branch? branch, Branch added)
    {
        if (branch is null || added.Weight > branch.Weight)
        {
            (added.Left, added.Right) = Split(branch, added.Line.BytesPerGpu);
            added.Renew();
            return added;
        }

        if (added.Line.BytesPerGpu < branch.Line.BytesPerGpu)
        {
            branch.Left = Insert(branch.Left, added);
        }
        else
        {
            branch.Right = Insert(branch.Right, added);
        }

        branch.Renew();
        return branch;
    }

    private static (Branch? Below, Branch? Above) Split(Branch? branch, long bytes)
    {
        if (branch is null)
        {
            return (null, null);
        }

        Branch? apart;
        if (branch.Line.BytesPerGpu < bytes)
        {
            (branch.Right, apart) = Split(branch.Right, bytes);
            branch.Renew();
            return (branch, apart);
        }

        (apart, branch.Left) = Split(branch.Left, bytes);
        branch.Renew();
        return (apart, branch);
    }

    private static Branch? Without(Branch? branch, long bytes)
    {
        if (branch is null || branch.Line.BytesPerGpu == bytes)
        {
            return Join(branch?.Left, branch?.Right);
        }

        if (bytes < branch.Line.BytesPerGpu)
        {
            branch.Left = Without(branch.Left, bytes);
        }
        else
        {
            branch.Right = Without(branch.Right, bytes);
        }

        branch.Renew();
        return branch;
    }

    private static Branch? Join(Branch? below, Branch? above)
    {
        if (below is null || above is null)
        {
            return below ?? above;
        }

        var top = below.Weight > above.Weight ? below : above;
        if (ReferenceEquals(top, below))
        {
            below.Right = Join(below.Right, above);
        }
        else
        {
            above.Left = Join(below, above.Left);
        }

        top.Renew();
        return top;
    }

    private static void Renew(Branch? branch, long bytes)
    {
        if (branch is null)
        {
            return;
        }

        if (branch.Line.BytesPerGpu != bytes)
        {
            Renew(bytes < branch.Line.BytesPerGpu ? branch.Left : branch.Right, bytes);
        }

        branch.Renew();
    }

    private sealed class Branch(WaitingLine line)
    {
        public WaitingLine Line { get; } = line;

        // SplitMix64's finaliser: neighbouring memory sizes get unrelated weights.
        public ulong Weight { get; } = Mix((ulong)line.BytesPerGpu);

        public Branch? Left { get; set; }

        public Branch? Right { get; set; }

        /// <summary>The task that goes first in this branch and below.</summary>
        public QueueEntry? Earliest { get; private set; }

        public void Renew() =>
            Earliest = QueueEntry.Earlier(Line.Head, QueueEntry.Earlier(Left?.Earliest, Right?.Earliest));

        private static ulong Mix(ulong value)
        {
            value += 0x9E3779B97F4A7C15;
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
