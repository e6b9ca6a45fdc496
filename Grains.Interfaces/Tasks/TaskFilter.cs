namespace Aurora.Grains.Interfaces.Tasks;

/// <summary>Which tasks a list has. What is null or empty leaves none out.</summary>
[GenerateSerializer, Immutable, Alias("aurora.task-filter")]
public sealed record TaskFilter
{
    /// <summary>Statuses as <see cref="TaskView.Status"/> has them.</summary>
    [Id(0)]
    public string[] Statuses { get; init; } = [];

    [Id(1)]
    public string? TaskType { get; init; }

    /// <summary>Where they are placed or run, or ended.</summary>
    [Id(2)]
    public string? Node { get; init; }

    /// <summary>Whose they are; <c>default</c> is the tenant of those that name none.</summary>
    [Id(3)]
    public string? Tenant { get; init; }

    /// <summary>The key of a label that they carry.</summary>
    [Id(4)]
    public string? LabelKey { get; init; }

    /// <summary>The value that the label must have; null counts as empty.</summary>
    [Id(5)]
    public string? LabelValue { get; init; }
}

/// <summary>A page of a list of tasks.</summary>
/// <param name="Next">What the next page is asked for with; null on the last one. Only this says that it is the last: a page may be short.</param>
[GenerateSerializer, Immutable, Alias("aurora.task-page")]
public sealed record TaskPageView([property: Id(0)] TaskView[] Tasks, [property: Id(1)] string? Next);
