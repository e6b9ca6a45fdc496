namespace Aurora.Scheduling.Model;

/// <summary>Labels, each a key and a value. Sets with equal labels are equal, in whatever order they were named.</summary>
public readonly record struct LabelSet
{
    private const char Between = '\n';

    private readonly string? joined;

    private LabelSet(string joined) => this.joined = joined;

    /// <summary>No labels.</summary>
    public static LabelSet None => default;

    public bool IsEmpty => joined is null;

    /// <summary>Every label as <c>key=value</c>, in order.</summary>
    public IReadOnlyList<string> All => joined?.Split(Between) ?? [];

    /// <summary>Neither keys nor values have control characters, and keys have no '='.</summary>
    public static LabelSet Of(IEnumerable<KeyValuePair<string, string>> labels)
    {
        var all = string.Join(Between, labels.Select(label => $"{label.Key}={label.Value}").Order(StringComparer.Ordinal));
        return all.Length == 0 ? None : new LabelSet(all);
    }

    /// <summary>Those that the other lacks.</summary>
    public IEnumerable<string> MissingIn(LabelSet other) => IsEmpty ? [] : All.Except(other.All, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => joined?.Replace(Between, ',') ?? "";
}
