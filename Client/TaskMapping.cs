using System.Text.Json;
using System.Text.Json.Nodes;
using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Client;

/// <summary>Tasks between the library's shapes and the grains'.</summary>
internal static class TaskMapping
{
    // What the gateway reads of a body and a grain takes in other shapes. Left among the user's members it would be kept and have no
    // effect, and nobody would be told.
    private static readonly string[] OfTheGateway =
    [
        "after", "count", "deadline", "deadline_s", "duration_s", "labels", "max_attempts", "on_late", "pool", "retry", "tenant", "timeouts", "webhook",
    ];

    /// <exception cref="InvalidTaskException">The request has a member that only the gateway understands.</exception>
    public static TaskSpec Spec(MeshTaskRequest request)
    {
        var body = request.ToJson();
        if (OfTheGateway.FirstOrDefault(body.ContainsKey) is { } member)
        {
            throw new InvalidTaskException(member, "is understood by the gateway only: submit this task with the HTTP client");
        }

        var requirements = body["requirements"]!.ToJsonString();
        foreach (var own in new[] { "task_type", "priority", "requirements" })
        {
            body.Remove(own);
        }

        var gpus = request.GpuCount ?? (request.TaskType == KnownTaskTypes.Test ? 0 : 1);
        var memory = gpus == 0 ? 0 : (long)Math.Ceiling((request.MemoryGb ?? 0) * MeshConstants.BytesPerGb);
        return new TaskSpec(request.TaskType, request.Priority, gpus, memory, request.GpuType, requirements, body.ToJsonString());
    }

    public static MeshTask? View(TaskView? task) => task is null ? null : new MeshTask(
        task.TaskId, task.TaskType, Element(task.Requirements) ?? default, task.Priority, Enum.Parse<MeshTaskStatus>(task.Status, ignoreCase: true),
        task.AssignedNode, task.SubmittedAt, task.StartedAt, task.CompletedAt, Element(task.Result), task.Error, task.Attempt, task.Gpus)
    {
        Members = task.Payload is null ? [] : JsonNode.Parse(task.Payload)!.AsObject().ToDictionary(member => member.Key, member => JsonSerializer.SerializeToElement(member.Value)),
    };

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
