using System.Buffers;
using System.Text.Json;
using Aurora.GatewayApi.Json;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Output;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.WebSockets;

/// <summary>The frames that go to a node.</summary>
internal static class NodeFrames
{
    public static ReadOnlyMemory<byte> Pong { get; } = "{\"type\":\"pong\"}"u8.ToArray();

    /// <param name="message">What is wrong, in words.</param>
    /// <param name="retryAfter">How long to wait before connecting again, where waiting helps.</param>
    public static ReadOnlyMemory<byte> Error(string message, TimeSpan? retryAfter = null) =>
        Frame("error", (message, retryAfter), static (writer, state) =>
        {
            writer.WriteString("message", state.message);
            if (state.retryAfter is { } wait)
            {
                writer.WriteNumber("retry_after_ms", (long)wait.TotalMilliseconds);
            }
        });

    /// <summary>This gateway stops: these are others of the mesh.</summary>
    public static ReadOnlyMemory<byte> Moved(IReadOnlyList<Uri> gateways) =>
        Frame("moved", gateways, static (writer, gateways) =>
        {
            writer.WriteStartArray("gateways");
            foreach (var gateway in gateways)
            {
                writer.WriteStringValue(gateway.ToString());
            }

            writer.WriteEndArray();
        });

    public static ReadOnlyMemory<byte> Registered(string coordinator, JoinReply reply) =>
        Frame("registered", (coordinator, reply), static (writer, state) =>
        {
            writer.WriteString("coordinator", state.coordinator);
            writer.WriteString("message", "Registered with the Aurora GPU Mesh");
            writer.WriteNumber("heartbeat_interval_ms", (long)state.reply.HeartbeatInterval.TotalMilliseconds);
            WriteAttempts(writer, "stop", state.reply.Stop);
        });

    public static ReadOnlyMemory<byte> Assignment(AttemptAssignment assignment, string nodeId) =>
        Frame("task_assignment", (assignment, nodeId), static (writer, state) =>
        {
            writer.WritePropertyName("task");
            TaskJson.Write(writer, state.assignment, state.nodeId);
        });

    public static ReadOnlyMemory<byte> Stop(IReadOnlyList<AttemptId> attempts) =>
        Frame("task_stop", attempts, static (writer, attempts) => WriteAttempts(writer, "attempts", attempts));

    public static ReadOnlyMemory<byte> Preempt(LeavingAttempt[] attempts) =>
        Frame("task_preempt", attempts, static (writer, attempts) => WriteLeaving(writer, "attempts", attempts));

    public static ReadOnlyMemory<byte> HeartbeatAck(HeartbeatReply reply, string nodeId) =>
        Frame("heartbeat_ack", (reply, nodeId), static (writer, state) =>
        {
            writer.WriteBoolean("known", state.reply.Known);
            writer.WriteStartArray("start");
            foreach (var assignment in state.reply.Start)
            {
                TaskJson.Write(writer, assignment, state.nodeId);
            }

            writer.WriteEndArray();
            WriteAttempts(writer, "stop", state.reply.Stop);
            if (state.reply.Preempt.Length > 0)
            {
                WriteLeaving(writer, "preempt", state.reply.Preempt);
            }
        });

    public static ReadOnlyMemory<byte> ReportAck(IReadOnlyList<AttemptReport> reports, ReportVerdict[] verdicts) =>
        Frame("report_ack", (reports, verdicts), static (writer, state) =>
        {
            writer.WriteStartArray("reports");
            for (var index = 0; index < state.verdicts.Length; index++)
            {
                writer.WriteStartObject();
                writer.WriteString("task_id", state.reports[index].TaskId);
                writer.WriteNumber("attempt", state.reports[index].Attempt);
                writer.WriteString("verdict", state.verdicts[index] is ReportVerdict.Accepted ? "accepted" : "stale");
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });

    public static ReadOnlyMemory<byte> OutputAck(AttemptId attempt, OutputReceipt receipt) =>
        Frame("output_ack", (attempt, receipt), static (writer, state) =>
        {
            writer.WriteString("task_id", state.attempt.TaskId);
            writer.WriteNumber("attempt", state.attempt.Attempt);
            writer.WriteBoolean("stale", state.receipt.IsStale);
            writer.WriteNumber("next", state.receipt.Next);
        });

    public static byte[] NodeUpdate(MeshView mesh)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(buffer, JsonAnswer.WriterOptions);
        MeshJson.WriteNodeUpdate(writer, mesh);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static ReadOnlyMemory<byte> Frame<T>(string type, T state, Action<Utf8JsonWriter, T> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(buffer, JsonAnswer.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("type", type);
        write(writer, state);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private static void WriteLeaving(Utf8JsonWriter writer, string name, LeavingAttempt[] attempts)
    {
        writer.WriteStartArray(name);
        foreach (var (attempt, other) in attempts)
        {
            writer.WriteStartObject();
            writer.WriteString("task_id", attempt.TaskId);
            writer.WriteNumber("attempt", attempt.Attempt);
            writer.WriteString("for", other);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteAttempts(Utf8JsonWriter writer, string name, IReadOnlyList<AttemptId> attempts)
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
}
