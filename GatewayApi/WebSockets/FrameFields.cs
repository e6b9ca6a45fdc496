using System.Text.Json;
using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.GatewayApi.WebSockets;

/// <summary>Reads members of a frame. A member that is absent, or is not what it should be, is null.</summary>
internal static class FrameFields
{
    private const int TextLengthMax = 64 * 1024;

    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : null;

    public static string? Text(this JsonElement element, string name)
    {
        if (element.Member(name) is not { ValueKind: JsonValueKind.String } member)
        {
            return null;
        }

        try
        {
            var text = member.GetString();
            return text?.Length > TextLengthMax ? text[..TextLengthMax] : text;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: JSON, but no text.
            return null;
        }
    }

    public static double? Number(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Number } member && member.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : null;

    public static int? Integer(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Number } member && member.TryGetInt32(out var number) ? number : null;

    public static long? Long(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Number } member && member.TryGetInt64(out var number) ? number : null;

    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Array } member ? member.EnumerateArray() : [];

    /// <summary>An array of strings; null when the member is absent.</summary>
    public static IReadOnlyList<string>? Texts(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Array } member
            ? [.. member.EnumerateArray().Where(item => item.ValueKind is JsonValueKind.String).Select(item => item.GetString()!)]
            : null;

    /// <summary>An array of <c>{task_id, attempt, for}</c>.</summary>
    public static List<LeavingAttempt> Leaving(this JsonElement element, string name) =>
    [
        .. from item in element.Items(name)
           let taskId = item.Text("task_id")
           let attempt = item.Integer("attempt")
           let other = item.Text("for")
           where taskId is not null && attempt is not null && other is not null
           select new LeavingAttempt(new AttemptId(taskId, attempt.Value), other),
    ];

    /// <summary>An array of <c>{task_id, attempt}</c>.</summary>
    public static List<AttemptId> Attempts(this JsonElement element, string name) =>
    [
        .. from item in element.Items(name)
           let taskId = item.Text("task_id")
           let attempt = item.Integer("attempt")
           where taskId is not null && attempt is not null
           select new AttemptId(taskId, attempt.Value),
    ];
}
