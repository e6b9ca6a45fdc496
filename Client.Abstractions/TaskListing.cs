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
    public static TaskListing Labelled(string key, string value) => new(TaskListingKind.Labelled) { Key = key, Value = value };

    /// <summary>Which list it is.</summary>
    public TaskListingKind Kind { get; }

    /// <summary>The label's key; empty for the other lists.</summary>
    public string Key { get; private init; } = "";

    /// <summary>The label's value; empty for the other lists.</summary>
    public string Value { get; private init; } = "";
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
}
