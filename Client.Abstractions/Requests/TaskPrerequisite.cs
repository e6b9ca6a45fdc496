using System.Text.Json.Nodes;

namespace Aurora.Client.Abstractions.Requests;

/// <summary>A task that another one comes after.</summary>
/// <param name="TaskId">A task that exists.</param>
/// <param name="AnyEnd">Whether any end of it will do; otherwise it must complete.</param>
public sealed record TaskPrerequisite(string TaskId, bool AnyEnd = false)
{
    internal JsonNode ToJson() => new JsonObject { ["task"] = TaskId, ["on"] = AnyEnd ? "end" : "success" };
}
