using System.Text.Json;

namespace Aurora.Client.Abstractions.Views;

/// <summary>How far tasks are that were submitted together.</summary>
/// <param name="Progress">The share of the tasks that have ended, 0 to 1.</param>
public sealed record MeshGroup(
    string GroupId, long Total, long Queued, long Assigned, long Running, long Completed, long Failed, long Cancelled, double Progress)
{
    /// <summary>Whether all its tasks have ended.</summary>
    public bool HasEnded => Completed + Failed + Cancelled == Total;
}

/// <summary>What one task of a group made.</summary>
/// <param name="Index">Its number in the group, from 0.</param>
/// <param name="Result">What it returned, once it completed.</param>
/// <param name="Error">Why it failed or was cancelled.</param>
public sealed record GroupResult(int Index, string TaskId, MeshTaskStatus Status, JsonElement? Result, string? Error);
