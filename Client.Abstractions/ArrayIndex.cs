using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Aurora.Client.Abstractions;

/// <summary>What <c>{index}</c> stands for in the tasks of an array: in what the user sent beside requirements and controls.</summary>
internal static class ArrayIndex
{
    private const string Placeholder = "{index}";

    [return: NotNullIfNotNull(nameof(text))]
    public static string? In(string? text, int index) => text?.Replace(Placeholder, index.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    public static IReadOnlyList<string>? In(IReadOnlyList<string>? texts, int index) => texts is null ? null : [.. texts.Select(text => In(text, index))];

    public static JsonNode? In(JsonNode? node, int index) => node is null ? null : JsonNode.Parse(In(node.ToJsonString(), index));

    public static JsonObject? InMembers(JsonObject? members, int index) => members is null ? null : new JsonObject(members.Select(member => KeyValuePair.Create(
        member.Key, TaskControlRules.Members.Contains(member.Key) ? member.Value?.DeepClone() : In(member.Value, index))));
}
