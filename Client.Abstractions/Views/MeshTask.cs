using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aurora.Client.Abstractions.Views;

/// <summary>One task as the mesh shows it.</summary>
/// <param name="Result">What it returned, once it completed.</param>
/// <param name="Error">Why it failed or was cancelled.</param>
/// <param name="Attempt">How often it was placed on a node.</param>
/// <param name="Gpus">The GPUs of the node that it was given.</param>
public sealed record MeshTask(
    string TaskId, string TaskType, JsonElement Requirements, int Priority, MeshTaskStatus Status, string? AssignedNode,
    DateTimeOffset SubmittedAt, DateTimeOffset? StartedAt, DateTimeOffset? CompletedAt, JsonElement? Result, string? Error,
    int Attempt, IReadOnlyList<int> Gpus)
{
    /// <summary>The other members of the task as they were submitted; none in lists.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement> Members { get; set; } = [];

    /// <summary>Whether it can never change again.</summary>
    [JsonIgnore]
    public bool HasEnded => Status is MeshTaskStatus.Completed or MeshTaskStatus.Failed or MeshTaskStatus.Cancelled;
}

/// <summary>Where a task is in its life.</summary>
public enum MeshTaskStatus
{
    /// <summary>On its way into the mesh.</summary>
    Pending,

    /// <summary>Waits for a node.</summary>
    Queued,

    /// <summary>Given to a node.</summary>
    Assigned,

    /// <summary>Runs.</summary>
    Running,

    /// <summary>Ended with a result.</summary>
    Completed,

    /// <summary>Ended with an error.</summary>
    Failed,

    /// <summary>Ended by a cancel.</summary>
    Cancelled,
}
