using Aurora.Scheduling.Lifecycle;

namespace Aurora.Storage;

/// <summary>Which tasks a list has. What is null or empty leaves none out.</summary>
public sealed record TaskQuery
{
    /// <summary>How many rows one page looks at by default.</summary>
    public const int DefaultReach = 20_000;

    /// <summary>Where they are in their lives.</summary>
    public IReadOnlyList<TaskPhase> Phases { get; init; } = [];

    public string? TaskType { get; init; }

    /// <summary>Where they are placed or run, or ended, a task of several nodes on each of them; a task that waits is on no node.</summary>
    public string? NodeId { get; init; }

    /// <summary>Whose they are; a task that names nobody is of <see cref="TaskRow.DefaultTenant"/>.</summary>
    public string? Tenant { get; init; }

    /// <summary>A label that they carry.</summary>
    public (string Key, string Value)? Label { get; init; }

    /// <summary>
    /// How many rows one page looks at, at most, so that a rare task among millions keeps no database busy: a page may then have fewer
    /// than its limit, or none, and still name a next one.
    /// </summary>
    public int Reach { get; init; } = DefaultReach;

    /// <summary>Whether none of them has ended.</summary>
    internal bool IsOfUnended => Phases.Count > 0 && Phases.All(phase => phase < TaskPhase.Completed);

    /// <summary>Whether all of them say something beyond their needs.</summary>
    internal bool IsOfControlled => Label is not null || (Tenant is not null && Tenant != TaskRow.DefaultTenant);

    /// <summary>Whether a database may be asked for its texts at all.</summary>
    internal bool IsStorable => new[] { TaskType, NodeId, Tenant, Label?.Key, Label?.Value }.All(text => text is null || StoredText.IsStorable(text));
}

/// <summary>A page of a list, the latest id first.</summary>
/// <param name="Next">What the next page begins before; null on the last one.</param>
public sealed record TaskRows(IReadOnlyList<TaskRow> Rows, string? Next)
{
    internal static TaskRows None { get; } = new([], null);
}
