using System.Collections.Concurrent;

namespace Aurora.Grains.Interfaces.Observability;

/// <summary>
/// Keeps a label from growing without bound: the first values keep their names, the rest are one. Nodes may announce any task type and
/// any model, and each label value is a time series for as long as the process runs.
/// </summary>
/// <param name="limit">Values that keep their names.</param>
public sealed class LabelBudget(int limit)
{
    /// <summary>What stands for the rest.</summary>
    public const string Other = "other";

    /// <summary>What stands for nothing.</summary>
    public const string Unknown = "unknown";

    private const int LengthMax = 64;

    private readonly ConcurrentDictionary<string, string> kept = new(StringComparer.Ordinal);

    /// <summary>The label for a value.</summary>
    public string Of(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return Unknown;
        }

        if (kept.TryGetValue(value, out var label))
        {
            return label;
        }

        // Two threads may pass at once and keep a few more; what matters is that there is an end.
        return kept.Count < limit && value.Length <= LengthMax ? kept.GetOrAdd(value, value) : Other;
    }
}
