using System.Text;
using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.NodeAgent.Journal;

/// <summary>
/// The file that names the attempts which were taken up and forgotten. Lines that come while one write is under way share the
/// next one, so that a burst costs a few syncs and not one each. Rewritten when most of it is of the past.
/// </summary>
internal sealed class AttemptLog : IDisposable
{
    private const int RewriteLines = 50_000;

    private readonly string path;
    private readonly JournalDisk disk;
    private readonly Lock gate = new();
    private readonly Dictionary<AttemptId, JournaledAttempt> open = [];
    private readonly Queue<AttemptId> closed = new();
    private FileStream file;
    private int lines;
    private List<AttemptLogLine> waiting = [];
    private TaskCompletionSource nextWrite = NewWrite();
    private bool writing;

    public AttemptLog(string path, JournalDisk disk)
    {
        this.path = path;
        this.disk = disk;
        BrokenLines = Read();
        file = Rewrite();
    }

    /// <summary>Lines that could not be read at the start.</summary>
    public int BrokenLines { get; }

    public IReadOnlyList<JournaledAttempt> Open
    {
        get
        {
            lock (gate)
            {
                return [.. open.Values];
            }
        }
    }

    public IReadOnlyList<AttemptId> Closed
    {
        get
        {
            lock (gate)
            {
                return [.. closed];
            }
        }
    }

    /// <summary>Adds lines; the task ends when they are on the disk, or fails when none of them is.</summary>
    public Task AddAsync(IEnumerable<AttemptLogLine> added)
    {
        Task written;
        lock (gate)
        {
            waiting.AddRange(added);
            written = nextWrite.Task;
            if (writing)
            {
                return written;
            }

            writing = true;
        }

        _ = Task.Run(WriteAll);
        return written;
    }

    public void Dispose()
    {
        lock (gate)
        {
            file.Dispose();
        }
    }

    private static TaskCompletionSource NewWrite()
    {
        var write = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        // Who only forgets does not wait; a failure that nobody looks at is no unobserved exception.
        _ = write.Task.ContinueWith(failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return write;
    }

    private void WriteAll()
    {
        while (true)
        {
            List<AttemptLogLine> taken;
            TaskCompletionSource write;
            lock (gate)
            {
                if (waiting.Count == 0)
                {
                    writing = false;
                    return;
                }

                (taken, waiting) = (waiting, []);
                (write, nextWrite) = (nextWrite, NewWrite());
            }

            try
            {
                disk.Append(file, taken.SelectMany(line => line.ToBytes()).ToArray());
                lock (gate)
                {
                    taken.ForEach(Apply);
                    lines += taken.Count;
                    if (lines > RewriteLines + open.Count)
                    {
                        file.Dispose();
                        file = Rewrite();
                    }
                }

                write.SetResult();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
            {
                lock (gate)
                {
                    // An attempt that is forgotten is not wanted any more, whether the disk can say so or not.
                    taken.Where(line => line.TaskType is null).ToList().ForEach(Apply);
                }

                write.SetException(e as IOException ?? new IOException(e.Message, e));
            }
        }
    }

    private void Apply(AttemptLogLine line)
    {
        if (line is { TaskType: { } type, StartedAt: { } startedAt })
        {
            open[line.Id] = new JournaledAttempt(line.Id, type, startedAt) { Timeouts = line.Timeouts };
            return;
        }

        open.Remove(line.Id);
        closed.Enqueue(line.Id);
        if (closed.Count > JournalContent.ClosedMax)
        {
            closed.Dequeue();
        }
    }

    private int Read()
    {
        var broken = 0;
        if (File.Exists(path))
        {
            foreach (var text in File.ReadLines(path, Encoding.UTF8))
            {
                if (AttemptLogLine.Parse(text) is { } line)
                {
                    Apply(line);
                    lines++;
                }
                else
                {
                    broken++;
                }
            }
        }

        return broken;
    }

    private FileStream Rewrite()
    {
        var kept = closed.Select(AttemptLogLine.Closed).Concat(open.Values.Select(AttemptLogLine.Accepted)).ToList();
        try
        {
            disk.Replace(path, kept.SelectMany(line => line.ToBytes()).ToArray());
            lines = kept.Count;
        }
        catch (IOException)
        {
            // A full disk: the old file says the same in more lines. A torn last line gets an end of its own.
            lines = 0;
        }

        var opened = new FileStream(path, JournalDisk.PrivateFile(FileMode.OpenOrCreate));
        if (opened.Length > 0)
        {
            opened.Seek(-1, SeekOrigin.End);
            if (opened.ReadByte() != '\n')
            {
                opened.SetLength(LastLineEnd(opened));
            }
        }

        return opened;
    }

    private static long LastLineEnd(FileStream file)
    {
        for (var position = file.Length - 1; position >= 0; position--)
        {
            file.Seek(position, SeekOrigin.Begin);
            if (file.ReadByte() == '\n')
            {
                return position + 1;
            }
        }

        return 0;
    }
}
