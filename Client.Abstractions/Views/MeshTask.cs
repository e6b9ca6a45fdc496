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
    /// <summary>What else the mesh shows of the task, such as <c>labels</c>, <c>pool</c>, <c>last_error</c> or <c>cost</c>, and its members as they were submitted; the latter not in lists.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement> Members { get; set; } = [];

    /// <summary>The tasks that were submitted together with it; null for a task that was submitted alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? GroupId { get; init; }

    /// <summary>The parts of a task of several nodes by rank, from the one that <see cref="AssignedNode"/> runs; null for any other, and while it waits.</summary>
    [JsonIgnore]
    public IReadOnlyList<GangPart>? Gang => Attempt > 0 && Requirements.ValueKind is JsonValueKind.Object
        && Requirements.TryGetProperty("nodes", out var nodes) && nodes.ValueKind is JsonValueKind.Number && nodes.GetDouble() > 1
        && Members.TryGetValue("gang", out var gang)
            ? GangPart.Read(gang)
            : null;

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
