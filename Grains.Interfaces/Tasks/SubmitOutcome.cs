namespace Aurora.Grains.Interfaces.Tasks;

/// <summary>The answer to an accepted task. It exists only after the task was committed.</summary>
/// <param name="Status">"assigned" or "queued"; "conflict" when the id belongs to another request.</param>
/// <param name="Node">The node, when assigned.</param>
/// <param name="Message">Why it waits, when queued.</param>
[GenerateSerializer, Immutable, Alias("aurora.submit-outcome")]
public sealed record SubmitOutcome(
    [property: Id(0)] string TaskId,
    [property: Id(1)] string Status,
    [property: Id(2)] string? Node,
    [property: Id(3)] string? Message)
{
    /// <summary>Whether the task was accepted before, and this is the answer to a repeated submit.</summary>
    [Id(4)]
    public bool IsRepeat { get; init; }
}
