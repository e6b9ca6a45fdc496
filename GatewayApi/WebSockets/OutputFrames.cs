using System.Text.Json;
using Aurora.Grains.Interfaces.Output;

namespace Aurora.GatewayApi.WebSockets;

/// <summary>Reads <c>task_output</c>, the frame of the feature <c>output</c>.</summary>
internal static class OutputFrames
{
    private const int AttemptMax = 1 << 18;

    /// <summary>The task and its output, or what is wrong with the frame in words for the node.</summary>
    public static (string? TaskId, OutputBatch? Batch, string? Error) Parse(JsonElement frame)
    {
        if (frame.Text("task_id") is not { Length: > 0 and <= 128 } taskId || frame.Integer("attempt") is not (>= 1 and <= AttemptMax))
        {
            return (null, null, $"task_output must name its task: 'task_id' is a non-empty string and 'attempt' an integer from 1 to {AttemptMax}.");
        }

        if (frame.Long("from") is not (>= 0 and <= OutputPosition.SequenceMax))
        {
            return (null, null, "task_output.from must be the number of the first piece, an integer from 0.");
        }

        var pieces = new List<OutputPiece>();
        foreach (var piece in frame.Items("pieces"))
        {
            if (KindOf(piece.Text("kind")) is not { } kind || piece.Text("text") is not { } text)
            {
                return (null, null, $"task_output.pieces[{pieces.Count}] must have a string 'text' and 'kind', one of stdout, stderr, delta, progress, refusal.");
            }

            pieces.Add(new OutputPiece(kind, text));
        }

        var from = frame.Long("from")!.Value;
        return (taskId, new OutputBatch(
            frame.Integer("attempt")!.Value,
            from,
            // A client that keeps nothing has nothing older to send again.
            Math.Clamp(frame.Long("oldest") ?? from, 0, from),
            [.. pieces],
            frame.Member("last") is { ValueKind: JsonValueKind.True }), null);
    }

    private static OutputKind? KindOf(string? name) => name switch
    {
        "stdout" => OutputKind.Stdout,
        "stderr" => OutputKind.Stderr,
        "delta" => OutputKind.Delta,
        "progress" => OutputKind.Progress,
        "refusal" => OutputKind.Refusal,
        _ => null,
    };
}
