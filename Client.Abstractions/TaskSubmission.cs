namespace Aurora.Client.Abstractions;

/// <summary>The mesh's answer to one submit.</summary>
/// <param name="Status"><c>assigned</c> or <c>queued</c>; in a batch also <c>refused</c> (the tenant's or the pool's line is full), and in an interrupted one <c>unknown</c> and <c>not_submitted</c>.</param>
/// <param name="Node">The node, when assigned.</param>
/// <param name="Message">Why it waits, when queued.</param>
public sealed record TaskSubmission(string TaskId, string Status, string? Node = null, string? Message = null)
{
    /// <summary>Whether the task is committed for certain.</summary>
    public bool IsAccepted => Status is not ("unknown" or "not_submitted" or "refused");

    /// <summary>What names the tasks of this submit together; null where it was submitted alone.</summary>
    public string? GroupId { get; init; }
}
