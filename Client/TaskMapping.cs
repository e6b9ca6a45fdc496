using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Submissions;

namespace Aurora.Client;

/// <summary>Tasks from the grains' shapes to the library's.</summary>
internal static class TaskMapping
{
    public static MeshTask? View(TaskView? task) => task is null ? null : new MeshTask(
        task.TaskId, task.TaskType, Element(task.Requirements) ?? default, task.Priority, StatusOf(task),
        task.AssignedNode, task.SubmittedAt, task.StartedAt, task.CompletedAt, Element(task.Result), task.Error, task.Attempt, task.Gpus)
    {
        GroupId = GroupId.Of(task.TaskId),
        Members = Members(task),
    };

    public static Grains.Interfaces.Tasks.TaskFilter Filter(Abstractions.TaskFilter filter) => new()
    {
        Statuses = [.. filter.Statuses.Select(status => status.ToString().ToLowerInvariant())],
        TaskType = filter.TaskType,
        Node = filter.Node,
        Tenant = filter.Tenant,
        LabelKey = filter.Label?.Key,
        LabelValue = filter.Label?.Value,
    };

    public static GroupResult Result(TaskView task) =>
        new(GroupId.IndexOf(task.TaskId), task.TaskId, StatusOf(task), task.Status == "completed" ? Element(task.Result) : null, task.Error);

    /// <summary>What a task has beside its properties here, under the names that the HTTP surface has for it.</summary>
    private static Dictionary<string, JsonElement> Members(TaskView task)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var own = new JsonObject();
        Set("last_error", task.LastError);
        Set("not_before", task.NotBefore is { } time ? (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond / 1e6 : null);
        Set("pool", task.Pool == MeshConstants.DefaultPool ? null : task.Pool);
        Set("cost", task.Cost > 0 ? task.Cost : null);
        Set("gang", task.Members.Length == 0 ? null : new JsonArray([.. task.Members.Select(member => new JsonObject
        {
            ["node"] = member.NodeId,
            ["gpus"] = new JsonArray([.. member.Gpus.Select(gpu => JsonValue.Create(gpu))]),
            ["ended"] = member.HasEnded,
        })]));
        Add(own.ToJsonString());
        Add(Controls(task));
        Add(task.Payload);
        return members;

        void Set(string name, JsonNode? value)
        {
            if (value is not null)
            {
                own[name] = value;
            }
        }

        void Add(string? json)
        {
            foreach (var member in Element(json) is { ValueKind: JsonValueKind.Object } found ? found.EnumerateObject() : default)
            {
                members.TryAdd(member.Name, member.Value);
            }
        }
    }

    private static string Controls(TaskView task)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            ControlsJson.Write(writer, task.Controls, task.Webhook, task.SubmittedAt);
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static MeshTaskStatus StatusOf(TaskView task) => Enum.Parse<MeshTaskStatus>(task.Status, ignoreCase: true);

    private static JsonElement? Element(string? json)
    {
        if (json is null or "null")
        {
            return null;
        }

        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
