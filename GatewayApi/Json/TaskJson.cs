using System.Collections.Frozen;
using System.Text.Json;
using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Submissions;

namespace Aurora.GatewayApi.Json;

/// <summary>The documented task object. The order of its members is part of what people see, so it is kept.</summary>
internal static class TaskJson
{
    // A user member of the same name must not appear beside the task's own.
    private static readonly FrozenSet<string> Reserved = new[]
    {
        "task_id", "task_type", "requirements", "priority", "status", "assigned_node", "submitted_at", "started_at",
        "completed_at", "result", "error", "attempt", "last_error", "not_before", "gpus", "memory_bytes_per_gpu", "progress", "group_id",
        "timeouts", "retry", "after", "labels", "webhook", "tenant", "duration_s", "deadline", "deadline_s", "on_late", "pool", "cost",
    }.ToFrozenSet(StringComparer.Ordinal);

    // A task that is not traced may use the name for itself.
    private const string TraceParent = "traceparent";

    // So may one that needs a single node.
    private const string Gang = "gang";

    /// <summary>Writes a task; its other user members follow when the view carries them.</summary>
    public static void Write(Utf8JsonWriter writer, TaskView task) => Write(writer, task, progress: null);

    /// <summary>The same with what the running attempt says of how far it is, a JSON object.</summary>
    public static void Write(Utf8JsonWriter writer, TaskView task, string? progress)
    {
        writer.WriteStartObject();
        writer.WriteString("task_id", task.TaskId);
        writer.WriteString("task_type", task.TaskType);
        writer.WritePropertyName("requirements");
        RawJson.Write(writer, task.Requirements);
        writer.WriteNumber("priority", task.Priority);
        writer.WriteString("status", task.Status);
        writer.WriteString("assigned_node", task.AssignedNode);
        WriteTime(writer, "submitted_at", task.SubmittedAt);
        WriteTime(writer, "started_at", task.StartedAt);
        WriteTime(writer, "completed_at", task.CompletedAt);
        if (task.Status == "completed")
        {
            writer.WritePropertyName("result");
            RawJson.Write(writer, task.Result ?? "null");
        }
        else if (task.Status is "failed" or "cancelled")
        {
            writer.WriteString("error", task.Error);
        }

        writer.WriteNumber("attempt", task.Attempt);
        if (task.LastError is not null)
        {
            writer.WriteString("last_error", task.LastError);
        }

        if (task.NotBefore is not null)
        {
            WriteTime(writer, "not_before", task.NotBefore);
        }

        WriteGpus(writer, task.Gpus);
        var hasGang = task.Members.Length > 0;
        if (hasGang)
        {
            WriteGang(writer, task.Members);
        }

        if (GroupId.Of(task.TaskId) is { } groupId)
        {
            writer.WriteString("group_id", groupId);
        }

        if (task.Pool != MeshConstants.DefaultPool)
        {
            writer.WriteString("pool", task.Pool);
        }

        if (task.Cost > 0)
        {
            writer.WriteNumber("cost", task.Cost);
        }

        ControlsJson.Write(writer, task.Controls, task.Webhook, task.SubmittedAt);
        if (progress is not null)
        {
            writer.WritePropertyName("progress");
            RawJson.Write(writer, progress);
        }

        RawJson.WriteMembers(writer, task.Payload ?? "{}", hasGang ? static name => name == Gang || Reserved.Contains(name) : Reserved.Contains);
        writer.WriteEndObject();
    }

    /// <summary>Writes the task object of an order to run one attempt.</summary>
    public static void Write(Utf8JsonWriter writer, AttemptAssignment assignment, string nodeId)
    {
        writer.WriteStartObject();
        writer.WriteString("task_id", assignment.TaskId);
        writer.WriteString("task_type", assignment.TaskType);
        writer.WritePropertyName("requirements");
        RawJson.Write(writer, assignment.Requirements);
        writer.WriteNumber("priority", assignment.Priority);
        writer.WriteString("status", "assigned");
        writer.WriteString("assigned_node", nodeId);
        WriteTime(writer, "submitted_at", assignment.SubmittedAt);
        WriteTime(writer, "started_at", null);
        WriteTime(writer, "completed_at", null);
        writer.WriteNumber("attempt", assignment.Attempt);
        WriteGpus(writer, assignment.Gpus);
        writer.WriteNumber("memory_bytes_per_gpu", assignment.MemoryBytesPerGpu);
        ControlsJson.WriteTimeouts(writer, assignment.Controls?.Timeouts);
        var hasGang = assignment.Gang is not null;
        if (assignment.Gang is { } gang)
        {
            WriteGang(writer, gang);
        }

        if (assignment.Controls?.TraceParent is { } trace)
        {
            writer.WriteString(TraceParent, trace);
            RawJson.WriteMembers(writer, assignment.Payload, name => name == TraceParent || (hasGang && name == Gang) || Reserved.Contains(name));
        }
        else
        {
            RawJson.WriteMembers(writer, assignment.Payload, hasGang ? static name => name == Gang || Reserved.Contains(name) : Reserved.Contains);
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes a time as Unix seconds with microseconds, or null.</summary>
    public static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset? time)
    {
        if (time is { } set)
        {
            writer.WriteNumber(name, UnixSeconds(set));
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    public static double UnixSeconds(DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond / 1e6;

    private static void WriteGang(Utf8JsonWriter writer, GangMemberView[] members)
    {
        writer.WriteStartArray(Gang);
        foreach (var member in members)
        {
            writer.WriteStartObject();
            writer.WriteString("node", member.NodeId);
            WriteGpus(writer, member.Gpus);
            writer.WriteBoolean("ended", member.HasEnded);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteGang(Utf8JsonWriter writer, GangAssignment gang)
    {
        writer.WriteStartObject(Gang);
        writer.WriteNumber("rank", gang.Rank);
        writer.WriteNumber("port", gang.Port);
        writer.WriteStartArray("members");
        foreach (var member in gang.Members)
        {
            writer.WriteStartObject();
            writer.WriteString("node", member.NodeId);
            writer.WriteString("address", member.Address);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteGpus(Utf8JsonWriter writer, IReadOnlyList<int> gpus)
    {
        writer.WriteStartArray("gpus");
        foreach (var gpu in gpus)
        {
            writer.WriteNumberValue(gpu);
        }

        writer.WriteEndArray();
    }
}
