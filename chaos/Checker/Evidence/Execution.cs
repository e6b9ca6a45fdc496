namespace Aurora.Chaos.Checker.Evidence;

/// <summary>One real execution of an attempt, put together from the journals.</summary>
/// <param name="End">Null when the journal does not tell its end.</param>
public sealed record Execution(JournalEvent Start, JournalEvent? End)
{
    public string Task => Start.Task;

    public int Attempt => Start.Attempt;

    public string Node => Start.Node;

    /// <summary>Whether it came to its own end with a success.</summary>
    public bool Succeeded => End is { Step: JournalStep.End, Succeeded: true };

    /// <summary>Pairs starts with their ends; in order of their starts.</summary>
    public static List<Execution> From(IEnumerable<JournalEvent> journal)
    {
        var open = new Dictionary<string, Execution>(StringComparer.Ordinal);
        var ended = new List<Execution>();
        foreach (var entry in journal)
        {
            if (entry.Step == JournalStep.Start)
            {
                open[entry.Run] = new Execution(entry, null);
            }
            else if (open.Remove(entry.Run, out var execution))
            {
                ended.Add(execution with { End = entry });
            }
        }

        ended.AddRange(open.Values);
        ended.Sort((a, b) => a.Start.At.CompareTo(b.Start.At));
        return ended;
    }
}
