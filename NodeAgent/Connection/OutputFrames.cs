using System.Text.Json;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Output;

namespace Aurora.NodeAgent.Connection;

/// <summary>The frames of the feature <c>output</c>, from the node's side.</summary>
internal static class OutputFrames
{
    public static ReadOnlyMemory<byte> Output(string taskId, OutputBatch batch) => AgentFrames.Frame("task_output", writer =>
    {
        writer.WriteString("task_id", taskId);
        writer.WriteNumber("attempt", batch.Attempt);
        writer.WriteNumber("from", batch.From);
        writer.WriteNumber("oldest", batch.Oldest);
        writer.WriteStartArray("pieces");
        foreach (var piece in batch.Pieces)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", NameOf(piece.Kind));
            writer.WriteString("text", piece.Text);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteBoolean("last", batch.IsLast);
    });

    public static (AttemptId Attempt, OutputReceipt Receipt) ParseAck(JsonElement frame) => (
        AgentFrames.ParseAttempt(frame),
        new OutputReceipt(frame.GetProperty("stale").GetBoolean(), frame.GetProperty("next").GetInt64()));

    private static string NameOf(OutputKind kind) => kind switch
    {
        OutputKind.Stdout => "stdout",
        OutputKind.Stderr => "stderr",
        OutputKind.Delta => "delta",
        OutputKind.Progress => "progress",
        OutputKind.Refusal => "refusal",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of output."),
    };
}
