using System.Buffers;
using System.Text.Json;
using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.NodeAgent.Connection;

/// <summary>The frames of docs/protocol/websocket.md, from the node's side.</summary>
internal static class AgentFrames
{
    /// <summary>The close code of a socket whose node registered elsewhere.</summary>
    public const int ReplacedCloseCode = 4409;

    /// <summary>The close code of a socket that the mesh does not serve for now.</summary>
    public const int TryLaterCloseCode = 1013;

    // A mesh that says something absurd is asked again all the same.
    private const int RetryAfterMsMax = 60_000;

    private const string Gang = "gang";

    private static readonly string[] TaskMembers =
    [
        "task_id", "task_type", "requirements", "priority", "status", "assigned_node", "submitted_at", "started_at", "completed_at",
        "attempt", "gpus", "memory_bytes_per_gpu", "timeouts", "traceparent",
    ];

    public static ReadOnlyMemory<byte> Register(NodeRegistration registration) => Frame("register", writer => WriteNodeInfo(writer, registration));

    public static ReadOnlyMemory<byte> StatusUpdate(NodeRegistration registration) =>
        Frame("status_update", writer => WriteNodeInfo(writer, registration));

    public static ReadOnlyMemory<byte> Heartbeat(Heartbeat heartbeat) => Frame("heartbeat", writer =>
    {
        writer.WriteStartObject("heartbeat");
        writer.WriteNumber("cpu_load", heartbeat.CpuLoad);
        writer.WriteStartArray("gpus");
        foreach (var gpu in heartbeat.Gpus)
        {
            writer.WriteStartObject();
            writer.WriteNumber("index", gpu.Index);
            WriteMeasured(writer, "memory_used_bytes", gpu.MemoryUsedBytes);
            WriteMeasured(writer, "utilization", gpu.Utilization);
            WriteMeasured(writer, "temperature_celsius", gpu.TemperatureCelsius);
            WriteMeasured(writer, "power_watts", gpu.PowerWatts);
            WriteMeasured(writer, "energy_joules", gpu.EnergyJoules);
            WriteErrors(writer, gpu.Errors ?? []);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteAttempts(writer, "attempts", heartbeat.Attempts);
        if (heartbeat.Closed is { } reason)
        {
            writer.WriteString("closed", reason);
        }

        writer.WriteEndObject();
    });

    public static ReadOnlyMemory<byte> Report(AttemptReport report)
    {
        var type = report.Kind switch
        {
            AttemptReportKind.Started => "task_started",
            AttemptReportKind.Completed => "task_complete",
            AttemptReportKind.Preempted => "task_preempted",
            _ => "task_failed",
        };
        return Frame(type, writer =>
        {
            writer.WriteString("task_id", report.TaskId);
            writer.WriteNumber("attempt", report.Attempt);
            writer.WriteNumber("started_ago_ms", report.StartedAgo.TotalMilliseconds);
            if (report.TraceParent is { } trace)
            {
                writer.WriteString("traceparent", trace);
            }

            if (report.PreemptedFor is { } other)
            {
                writer.WriteString("for", other);
            }

            if (report.Kind == AttemptReportKind.Completed)
            {
                writer.WritePropertyName("result");
                writer.WriteRawValue(report.Result ?? "null");
            }
            else if (report.Kind == AttemptReportKind.Failed)
            {
                writer.WriteString("error", report.Error);
                if (report.Failure != AttemptFailureKind.Error)
                {
                    writer.WriteString("failure", report.Failure == AttemptFailureKind.Timeout ? FailureNames.Timeout : FailureNames.OutOfMemory);
                }

                if (report.ExitCode is { } code)
                {
                    writer.WriteNumber("exit_code", code);
                }

                if (report.IsFinal)
                {
                    writer.WriteBoolean("retryable", false);
                }
            }
        });
    }

    /// <param name="epoch">A number of this connection's own: the gateway keeps the mesh's.</param>
    public static JoinReply ParseRegistered(JsonElement frame, long epoch) => new(
        epoch,
        TimeSpan.FromMilliseconds(frame.TryGetProperty("heartbeat_interval_ms", out var interval) ? Math.Clamp(interval.GetDouble(), 50, 60_000) : 1_000),
        ParseAttempts(frame, "stop"));

    public static HeartbeatReply ParseHeartbeatAck(JsonElement frame) => new(
        frame.GetProperty("known").GetBoolean(),
        frame.TryGetProperty("start", out var start) ? [.. start.EnumerateArray().Select(ParseTask)] : [],
        ParseAttempts(frame, "stop"))
    {
        Preempt = ParseLeaving(frame, "preempt"),
    };

    public static IEnumerable<(AttemptId Attempt, ReportVerdict Verdict)> ParseReportAck(JsonElement frame) =>
        frame.GetProperty("reports").EnumerateArray().Select(report => (
            ParseAttempt(report), report.GetProperty("verdict").GetString() == "accepted" ? ReportVerdict.Accepted : ReportVerdict.Stale)).ToList();

    public static Uri[] ParseGateways(JsonElement frame) =>
    [
        .. frame.GetProperty("gateways").EnumerateArray()
            .Select(gateway => Uri.TryCreate(gateway.GetString(), UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : null)
            .OfType<Uri>(),
    ];

    /// <summary>How long an error says to wait before the next connection; null when it does not.</summary>
    public static TimeSpan? ParseRetryAfter(JsonElement frame) =>
        frame.TryGetProperty("retry_after_ms", out var wait) && wait.TryGetInt64(out var milliseconds)
            ? TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 0, RetryAfterMsMax))
            : null;

    public static AttemptId[] ParseAttempts(JsonElement frame, string name) =>
        frame.TryGetProperty(name, out var attempts) ? [.. attempts.EnumerateArray().Select(ParseAttempt)] : [];

    public static LeavingAttempt[] ParseLeaving(JsonElement frame, string name) => frame.TryGetProperty(name, out var attempts)
        ? [.. attempts.EnumerateArray().Select(attempt => new LeavingAttempt(ParseAttempt(attempt), attempt.GetProperty("for").GetString()!))]
        : [];

    public static AttemptAssignment ParseTask(JsonElement task)
    {
        var submittedAt = task.TryGetProperty("submitted_at", out var at) && at.ValueKind == JsonValueKind.Number
            ? DateTimeOffset.UnixEpoch.AddSeconds(at.GetDouble())
            : DateTimeOffset.UnixEpoch;
        return new AttemptAssignment(
            task.GetProperty("task_id").GetString()!,
            task.TryGetProperty("attempt", out var attempt) ? attempt.GetInt32() : 1,
            task.GetProperty("task_type").GetString()!,
            task.TryGetProperty("priority", out var priority) ? priority.GetInt32() : 5,
            task.TryGetProperty("gpus", out var gpus) ? [.. gpus.EnumerateArray().Select(gpu => gpu.GetInt32())] : [],
            task.TryGetProperty("memory_bytes_per_gpu", out var memory) ? memory.GetInt64() : 0,
            task.TryGetProperty("requirements", out var requirements) ? requirements.GetRawText() : "{}",
            UserMembers(task),
            submittedAt)
        {
            Controls = ParseControls(task),
            Gang = IsGang(task) ? ParseGang(task.GetProperty(Gang)) : null,
        };
    }

    // A task of one node may use the name for itself.
    private static bool IsGang(JsonElement task) =>
        task.TryGetProperty("requirements", out var needs) && needs.ValueKind == JsonValueKind.Object
        && needs.TryGetProperty("nodes", out var nodes) && nodes.ValueKind == JsonValueKind.Number && nodes.GetDouble() > 1 && task.TryGetProperty(Gang, out _);

    private static GangAssignment ParseGang(JsonElement gang) => new(
        gang.GetProperty("rank").GetInt32(),
        [.. gang.GetProperty("members").EnumerateArray().Select(member => new GangPeer(member.GetProperty("node").GetString()!, member.GetProperty("address").GetString()!))],
        gang.GetProperty("port").GetInt32());

    private static TaskControls? ParseControls(JsonElement task)
    {
        var limits = task.TryGetProperty("timeouts", out var timeouts)
            ? new TaskTimeouts(RunS: Seconds(timeouts, "run_s"), ProgressS: Seconds(timeouts, "progress_s"))
            : null;
        var trace = task.TryGetProperty("traceparent", out var parent) && parent.ValueKind == JsonValueKind.String ? parent.GetString() : null;
        return limits is null && trace is null ? null : new TaskControls { Timeouts = limits, TraceParent = trace };

        static double? Seconds(JsonElement timeouts, string name) => timeouts.TryGetProperty(name, out var seconds) ? seconds.GetDouble() : null;
    }

    /// <summary>The other members of the submitted body (script, payload, …) ride inline beside the mesh's own.</summary>
    private static string UserMembers(JsonElement task)
    {
        var isGang = IsGang(task);
        var members = task.EnumerateObject().Where(member => !TaskMembers.Contains(member.Name) && !(isGang && member.Name == Gang)).ToList();
        if (members.Count == 0)
        {
            return "{}";
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var member in members)
            {
                member.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static AttemptId ParseAttempt(JsonElement element) =>
        new(element.GetProperty("task_id").GetString()!, element.GetProperty("attempt").GetInt32());

    private static void WriteNodeInfo(Utf8JsonWriter writer, NodeRegistration registration)
    {
        writer.WriteStartObject("node_info");
        using (var facts = JsonDocument.Parse(registration.Facts))
        {
            foreach (var fact in facts.RootElement.EnumerateObject())
            {
                fact.WriteTo(writer);
            }
        }

        var gpus = registration.Gpus;
        writer.WriteNumber("gpu_count", gpus.Length);
        writer.WriteString("gpu_type", gpus.Length == 0 ? "CPU" : string.Join(", ", gpus.Select(gpu => gpu.Type).Distinct()));
        writer.WriteNumber("gpu_memory", gpus.Sum(gpu => gpu.MemoryBytes) / MeshConstants.BytesPerGb);
        writer.WriteStartArray("gpus");
        foreach (var gpu in gpus)
        {
            writer.WriteStartObject();
            writer.WriteString("type", gpu.Type);
            writer.WriteNumber("memory_gb", gpu.MemoryBytes / (double)MeshConstants.BytesPerGb);
            writer.WriteString("uuid", gpu.Uuid);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("max_parallel", registration.MaxParallel);
        WriteTexts(writer, "task_types", registration.TaskTypes);
        WriteTexts(writer, "features", registration.Features);
        writer.WriteString("instance_id", registration.InstanceId);
        WriteAttempts(writer, "running", registration.Running);
        writer.WriteStartArray("leaving");
        foreach (var (attempt, other) in registration.Leaving)
        {
            writer.WriteStartObject();
            writer.WriteString("task_id", attempt.TaskId);
            writer.WriteNumber("attempt", attempt.Attempt);
            writer.WriteString("for", other);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteMeasured(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } measured)
        {
            writer.WriteNumber(name, measured);
        }
    }

    private static void WriteErrors(Utf8JsonWriter writer, GpuErrorCount[] errors)
    {
        if (errors.Length == 0)
        {
            return;
        }

        writer.WriteStartArray("errors");
        foreach (var error in errors)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", error.Kind);
            WriteMeasured(writer, "xid", error.Xid);
            writer.WriteNumber("count", error.Count);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, string[] texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    private static void WriteAttempts(Utf8JsonWriter writer, string name, AttemptId[] attempts)
    {
        writer.WriteStartArray(name);
        foreach (var attempt in attempts)
        {
            writer.WriteStartObject();
            writer.WriteString("task_id", attempt.TaskId);
            writer.WriteNumber("attempt", attempt.Attempt);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static ReadOnlyMemory<byte> Frame(string type, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            write(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
