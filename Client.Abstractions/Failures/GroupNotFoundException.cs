namespace Aurora.Client.Abstractions.Failures;

/// <summary>No tasks were submitted under this group id.</summary>
public sealed class GroupNotFoundException(string groupId) : AuroraMeshException($"No tasks were submitted as '{groupId}'.")
{
    /// <summary>The id that was asked for.</summary>
    public string GroupId { get; } = groupId;
}
