using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Planning;

/// <summary>
/// How long tasks of one kind, a task type and a model, took lately from placement to end. Medians, so that one task in a
/// hundred that hangs changes nothing.
/// </summary>
internal sealed class DurationBook
{
    /// <summary>Tasks of one kind that are remembered.</summary>
    public const int Remembered = 64;

    // Clients choose the models, so the kinds kept at once are bounded.
    private const int KindsMax = 1024;

    private readonly Dictionary<(string TaskType, string? Model), Kind> kinds = [];

    public void Observe(TaskShape shape, TimeSpan duration)
    {
        var kind = (shape.TaskType, shape.Model);
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
        if (!kinds.TryGetValue((shape.TaskType, shape.Model), out var known))
        {
            return null;
        }

        return known.Median ??= known.Durations.Order().ElementAt(known.Durations.Count / 2);
    }

    /// <summary>How many tasks the median is of.</summary>
    public int CountOf(TaskShape shape) => kinds.GetValueOrDefault((shape.TaskType, shape.Model))?.Durations.Count ?? 0;

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
