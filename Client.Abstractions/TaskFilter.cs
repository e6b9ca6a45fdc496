using System.Text.Json;

namespace Aurora.Client.Abstractions;

/// <summary>Which tasks a list has: those that meet all that is given here. What is null or empty leaves none out.</summary>
public sealed record TaskFilter
{
    /// <summary>Where they are in their lives.</summary>
    public IReadOnlyList<MeshTaskStatus> Statuses { get; init; } = [];

    /// <summary>Their type; 1 to 64 characters.</summary>
    public string? TaskType { get; init; }

    /// <summary>The node where they are placed or run, or ended; 1 to 128 characters.</summary>
    public string? Node { get; init; }

    /// <summary>Whose they are; 1 to 128 characters. <c>default</c> has those that name nobody.</summary>
    public string? Tenant { get; init; }

    /// <summary>A label that they carry.</summary>
    public KeyValuePair<string, string>? Label { get; init; }

    /// <summary>Whether it lets a task through.</summary>
    internal bool Fits(MeshTask task) =>
        (Statuses.Count == 0 || Statuses.Contains(task.Status))
        && (TaskType is null || task.TaskType == TaskType)
        && (Node is null || task.AssignedNode == Node)
        && (Tenant is null || (Text(task, "tenant") ?? "default") == Tenant)
        && (Label is not { } label || (task.Members.TryGetValue("labels", out var labels) && labels.TryGetProperty(label.Key, out var value) && value.GetString() == label.Value));

    /// <summary>Fails for what the mesh would refuse.</summary>
    internal void Validate()
    {
        RequireName(TaskType, 64, nameof(TaskType));
        RequireName(Node, 128, nameof(Node));
        RequireName(Tenant, 128, nameof(Tenant));
        if (Label is { Key: "" } or { Key: null } or { Value: null } || Label?.Key.Contains('=') == true)
        {
            throw new ArgumentException("must have a key without '=', and a value", nameof(Label));
        }
    }

    private static void RequireName(string? text, int lengthMax, string member)
    {
        if (text is not null && (string.IsNullOrWhiteSpace(text) || text.Length > lengthMax || text.Any(char.IsControl)))
        {
            throw new ArgumentException($"must have 1 to {lengthMax} printable characters", member);
        }
    }

    private static string? Text(MeshTask task, string member) =>
        task.Members.TryGetValue(member, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
