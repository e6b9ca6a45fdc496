namespace Aurora.Client.Abstractions;

/// <summary>A list of tasks that the mesh keeps.</summary>
public sealed record TaskListing
{
    private TaskListing(TaskListingKind kind) => Kind = kind;

    /// <summary>Those that have not ended, oldest first.</summary>
    public static TaskListing Active { get; } = new(TaskListingKind.Active);

    /// <summary>Those that failed, the latest first.</summary>
    public static TaskListing DeadLetters { get; } = new(TaskListingKind.DeadLetters);

    /// <summary>Those that carry a label, the latest first.</summary>
    public static TaskListing Labelled(string key, string value) =>
        new(TaskListingKind.Labelled) { Key = key, Value = value, Filter = new TaskFilter { Label = new(key, value) } };

    /// <summary>Those that a filter lets through, by id from the last: an id that follows from an idempotency key says nothing of the time.</summary>
    /// <exception cref="ArgumentException">A member of the filter cannot be meant; the message names it.</exception>
    public static TaskListing Matching(TaskFilter filter)
    {
        filter.Validate();
        return new(TaskListingKind.Matching) { Filter = filter };
    }

    /// <summary>Which list it is.</summary>
    public TaskListingKind Kind { get; }

    /// <summary>The label's key; empty for the other lists.</summary>
    public string Key { get; private init; } = "";

    /// <summary>The label's value; empty for the other lists.</summary>
    public string Value { get; private init; } = "";

    /// <summary>What its tasks have in common; null for those that have not ended and for dead letters.</summary>
    public TaskFilter? Filter { get; private init; }
}

/// <summary>The lists of tasks that there are.</summary>
public enum TaskListingKind
{
    /// <summary>Tasks that have not ended.</summary>
    Active,

    /// <summary>Tasks that failed.</summary>
    DeadLetters,

    /// <summary>Tasks that carry a label.</summary>
    Labelled,

    /// <summary>Tasks that a filter lets through.</summary>
    Matching,
}
