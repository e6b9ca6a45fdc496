using System.Text.Json;
using System.Text.Json.Serialization;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.NodeAgent.Journal;

/// <summary>One line of the attempt log: an attempt was taken up, or (without a type) forgotten.</summary>
internal sealed record AttemptLogLine(string TaskId, int Attempt, string? TaskType, DateTimeOffset? StartedAt)
{
    /// <summary>How long the attempt may take; null for as long as it takes.</summary>
    public TaskTimeouts? Timeouts { get; init; }

    [JsonIgnore]
    public AttemptId Id => new(TaskId, Attempt);

    public static AttemptLogLine Accepted(JournaledAttempt attempt) =>
        new(attempt.Id.TaskId, attempt.Id.Attempt, attempt.TaskType, attempt.StartedAt) { Timeouts = attempt.Timeouts };

    public static AttemptLogLine Closed(AttemptId attempt) => new(attempt.TaskId, attempt.Attempt, null, null);

    /// <summary>With the line's end.</summary>
    public byte[] ToBytes() => [.. JsonSerializer.SerializeToUtf8Bytes(this, JournalJsonContext.Default.AttemptLogLine), (byte)'\n'];

    /// <summary>Null when the line is broken.</summary>
    public static AttemptLogLine? Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, JournalJsonContext.Default.AttemptLogLine) is { TaskId: not null } line ? line : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The JSON of the journal's files: add members, never rename.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AttemptLogLine))]
[JsonSerializable(typeof(KeptResult))]
internal sealed partial class JournalJsonContext : JsonSerializerContext;
