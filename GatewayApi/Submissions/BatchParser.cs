using System.Buffers;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Submissions;

namespace Aurora.GatewayApi.Submissions;

/// <summary>
/// Reads a batch piece by piece as it arrives and keeps only the tasks, never the text. The first bad element ends it.
/// </summary>
internal abstract class BatchParser(TaskIdSource ids, int elementBytesMax, int priority)
{
    /// <summary>Most tasks of one batch; what they take in memory until the last one is judged stays bounded.</summary>
    public const int TasksMax = SubmitParser.TasksMax;

    private readonly string _stem = ids.Next();
    private readonly HashSet<string> _types = new(StringComparer.Ordinal);
    private readonly HashSet<string> _pools = new(StringComparer.Ordinal);

    /// <summary>The tasks read so far, in order.</summary>
    public List<NewTask> Tasks { get; } = [];

    /// <summary>The first element of each task type, for those types that nobody has judged yet.</summary>
    public Queue<(string Type, int Index)> UnjudgedTypes { get; } = [];

    /// <summary>The same of pools.</summary>
    public Queue<(string Pool, int Index)> UnjudgedPools { get; } = [];

    /// <summary>Why the batch is refused; nothing more is read once it is set.</summary>
    public Problem? Problem { get; protected set; }

    /// <summary>Takes what it can use of <paramref name="buffer"/> and says up to where.</summary>
    public abstract SequencePosition Read(in ReadOnlySequence<byte> buffer, bool isFinal);

    protected void ReadElement(in ReadOnlySequence<byte> element)
    {
        if (!Fits(element.Length))
        {
            return;
        }

        if (Tasks.Count == TasksMax)
        {
            Problem = Problem.TooLarge($"A batch takes at most {TasksMax} tasks.");
            return;
        }

        var index = Tasks.Count;
        var (spec, refusal) = element.IsSingleSegment
            ? SubmitParser.Parse(element.FirstSpan, priority, Path(index))
            : SubmitParser.Parse(element.ToArray(), priority, Path(index));
        if (spec is null)
        {
            Problem = Problem.From(refusal);
            return;
        }

        if (_types.Add(spec.TaskType))
        {
            UnjudgedTypes.Enqueue((spec.TaskType, index));
        }

        if (_pools.Add(spec.Pool))
        {
            UnjudgedPools.Enqueue((spec.Pool, index));
        }

        Tasks.Add(new NewTask(GroupId.TaskId(_stem, index), spec, Watched: false));
    }

    /// <summary>Refuses an element of this size, whether or not all of it has arrived.</summary>
    protected bool Fits(long elementBytes)
    {
        if (elementBytes > elementBytesMax)
        {
            Problem = Problem.TooLarge($"tasks[{Tasks.Count}] is larger than {elementBytesMax} bytes.");
            return false;
        }

        return true;
    }

    private static string Path(int index) => $"tasks[{index}].";
}
