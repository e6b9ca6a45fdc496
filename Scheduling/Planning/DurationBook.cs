using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Planning;

/// <summary>
/// How long tasks of one kind, a task type, a model and about as much of GPUs, took lately from placement to end. Medians, so that one task in a
/// hundred that hangs changes nothing.
/// </summary>
internal sealed class DurationBook
{
    /// <summary>Tasks of one kind that are remembered.</summary>
    public const int Remembered = 64;

    /// <summary>Tasks of one kind from which on the longest of them says something.</summary>
    public const int TrustedFrom = 8;

    // Of one model, a task that asks for other GPUs is another piece of work; it is told apart once enough of its own have ended.
    private const int ToldApartFrom = 5;

    // Clients choose the models, so the kinds kept at once are bounded.
    private const int KindsMax = 1024;

    private readonly Dictionary<(string TaskType, string? Model, int Gpus, int MemoryClass), Kind> kinds = [];

    public void Observe(TaskShape shape, TimeSpan duration)
    {
        Observe(Coarse(shape), duration);
        Observe(Fine(shape), duration);
    }

    private void Observe((string TaskType, string? Model, int Gpus, int MemoryClass) kind, TimeSpan duration)
    {
        if (!kinds.TryGetValue(kind, out var known))
        {
            if (kinds.Count >= KindsMax)
            {
                kinds.Clear();
            }

            known = new Kind([]);
            kinds.Add(kind, known);
        }

        if (known.Durations.Count == Remembered)
        {
            known.Durations.Dequeue();
        }

        known.Durations.Enqueue(duration);
        known.Median = null;
    }

    /// <summary>The median; null while no task of the kind has ended.</summary>
    public TimeSpan? Expect(TaskShape shape)
    {
        if (!kinds.TryGetValue(KindOf(shape), out var known))
        {
            return null;
        }

        return known.Median ??= known.Durations.Order().ElementAt(known.Durations.Count / 2);
    }

    /// <summary>
    /// How long a task of the kind surely is done in, if it is like the others: half as long again as the longest of those remembered. Null
    /// where fewer than <see cref="TrustedFrom"/> have ended, since a few say little of the longest.
    /// </summary>
    public TimeSpan? AtMost(TaskShape shape) =>
        kinds.TryGetValue(KindOf(shape), out var known) && known.Durations.Count >= TrustedFrom ? 1.5 * known.Durations.Max() : null;

    /// <summary>How many tasks the median is of.</summary>
    public int CountOf(TaskShape shape) => kinds.GetValueOrDefault(KindOf(shape))?.Durations.Count ?? 0;

    private (string TaskType, string? Model, int Gpus, int MemoryClass) KindOf(TaskShape shape) =>
        kinds.GetValueOrDefault(Fine(shape)) is { Durations.Count: >= ToldApartFrom } ? Fine(shape) : Coarse(shape);

    private static (string TaskType, string? Model, int Gpus, int MemoryClass) Coarse(TaskShape shape) => (shape.TaskType, shape.Model, -1, -1);

    // Memory by powers of two: tasks that ask for 15 and for 16 GB are the same work.
    private static (string TaskType, string? Model, int Gpus, int MemoryClass) Fine(TaskShape shape) =>
        (shape.TaskType, shape.Model, shape.GpuCount, shape.MemoryBytesPerGpu <= 0 ? 0 : 64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)shape.MemoryBytesPerGpu - 1));

    /// <summary>A book of its own with the same content, for another thread.</summary>
    public DurationBook Copy()
    {
        var copy = new DurationBook();
        foreach (var (kind, known) in kinds)
        {
            copy.kinds.Add(kind, new Kind(new Queue<TimeSpan>(known.Durations)) { Median = known.Median });
        }

        return copy;
    }

    private sealed record Kind(Queue<TimeSpan> Durations)
    {
        public TimeSpan? Median { get; set; }
    }
}
