using System.Text.Json;
using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.Grains.Schedulers;

/// <summary>Which attempts end by themselves when their node hears nothing of the mesh, and when that has surely happened.</summary>
internal static class DisconnectRule
{
    /// <summary>Whether the task says so, or its node does for tasks that say nothing. Where a node looks first is looked first here too.</summary>
    public static bool EndsWithLease(string payload, string requirements, string nodeFacts) =>
        (Find(payload, inPayload: true) ?? Find(requirements, inPayload: false) ?? Find(nodeFacts, inPayload: false)) == DisconnectLease.Kill;

    /// <summary>After how long without a sign of life such an attempt has surely ended on a node with these facts.</summary>
    public static TimeSpan EndedAfter(string nodeFacts)
    {
        using var facts = Parse(nodeFacts);
        return DisconnectLease.EndedAfter(
            facts?.RootElement.ValueKind is JsonValueKind.Object
            && facts.RootElement.TryGetProperty(DisconnectLease.StopGraceFact, out var grace)
            && grace.ValueKind is JsonValueKind.Number && grace.TryGetDouble(out var seconds) && seconds is >= 0 and <= 86_400
                ? TimeSpan.FromSeconds(seconds)
                : TimeSpan.Zero);
    }

    private static string? Find(string json, bool inPayload)
    {
        if (!json.Contains(DisconnectLease.Member, StringComparison.Ordinal))
        {
            return null;
        }

        using var document = Parse(json);
        return document is null ? null
            : TextOf(document.RootElement)
            ?? (inPayload && document.RootElement.ValueKind is JsonValueKind.Object && document.RootElement.TryGetProperty("payload", out var payload)
                ? TextOf(payload)
                : null);
    }

    private static string? TextOf(JsonElement json) =>
        json.ValueKind is JsonValueKind.Object && json.TryGetProperty(DisconnectLease.Member, out var policy) && policy.ValueKind is JsonValueKind.String
            ? policy.GetString()
            : null;

    private static JsonDocument? Parse(string json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
