using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Submissions;

/// <summary>
/// Reads one submitted task in a single pass over its UTF-8 text. User JSON is kept exactly as it was sent. Whether the
/// task type exists is not judged here: that needs the mesh, which an edge may ask.
/// </summary>
public static class SubmitParser
{
    /// <summary>Deepest nesting of a body.</summary>
    public const int DepthMax = 64;

    /// <summary>Most tasks of one array or batch.</summary>
    public const int TasksMax = 100_000;

    private const int TaskTypeLengthMax = 64;
    private const int MaxAttemptsDefault = 3;

    /// <summary>
    /// The task, or the refusal. <paramref name="priority"/> is for a task that does not say its own; <paramref name="prefix"/> is the path
    /// of the task inside a batch.
    /// </summary>
    public static (TaskSpec? Spec, SubmitRefusal? Refusal) Parse(ReadOnlySpan<byte> utf8, int priority, string prefix = "")
    {
        var (spec, count, refusal) = ParseArray(utf8, priority, prefix);
        return count is null || refusal is not null
            ? (spec, refusal)
            : (null, SubmitRefusal.Invalid(prefix + "count", "is only for POST /tasks/submit"));
    }

    /// <summary>The task, or the refusal, and how many of it are wanted; null for one.</summary>
    public static (TaskSpec? Spec, int? Count, SubmitRefusal? Refusal) ParseArray(ReadOnlySpan<byte> utf8, int priority, string prefix = "")
    {
        if (utf8.StartsWith("\uFEFF"u8))
        {
            utf8 = utf8[3..];
        }

        if (!Utf8.IsValid(utf8))
        {
            return (null, null, SubmitRefusal.Broken("The body is not UTF-8 text."));
        }

        var errors = new FieldErrors(prefix);
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = DepthMax });
            reader.Read();
            if (reader.TokenType is not JsonTokenType.StartObject)
            {
                // Read on, so that a body which is not JSON is told so rather than that it is no object.
                while (reader.Read())
                {
                }

                return (null, null, SubmitRefusal.Invalid(prefix is "" ? "body" : prefix.TrimEnd('.'), "must be a JSON object"));
            }

            var spec = ParseObject(ref reader, utf8, priority, out var count, ref errors);
            reader.Read();
            return errors.Any ? (null, null, errors.ToRefusal()) : (spec, count, null);
        }
        catch (JsonException exception)
        {
            var where = prefix is "" ? "" : $" in {prefix.TrimEnd('.')}";
            return (null, null, SubmitRefusal.Broken(
                $"Line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}{where}: {FirstSentence(exception.Message)}"));
        }
    }

    private static TaskSpec ParseObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8, int defaultPriority, out int? count, ref FieldErrors errors)
    {
        count = null;
        string? taskType = null;
        var priority = defaultPriority;
        var maxAttempts = MaxAttemptsDefault;
        var needs = RequirementsParser.Absent;
        var controls = default(TaskControls);
        var pool = default(string);
        var hasScript = false;
        var seen = KnownMember.None;
        var payload = default(StringBuilder);

        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var nameStart = (int)reader.TokenStartIndex;
            var member = KnownMembers.Of(ref reader);
            if (member is not KnownMember.None && (seen & member) != 0)
            {
                errors.Add(reader.GetString()!, "appears twice");
            }

            seen |= member;
            switch (member)
            {
                case KnownMember.TaskType:
                    reader.Read();
                    taskType = ReadTaskType(ref reader, ref errors);
                    break;
                case KnownMember.Priority:
                    reader.Read();
                    priority = ReadInteger(ref reader, "priority", 0, 10, defaultPriority, ref errors);
                    break;
                case KnownMember.MaxAttempts:
                    reader.Read();
                    maxAttempts = ReadInteger(ref reader, "max_attempts", 1, 100, MaxAttemptsDefault, ref errors);
                    break;
                case KnownMember.Count:
                    reader.Read();
                    count = reader.TokenType is JsonTokenType.Null ? null : ReadInteger(ref reader, "count", 1, TasksMax, absent: 1, ref errors);
                    break;
                case KnownMember.Requirements:
                    reader.Read();
                    needs = RequirementsParser.Parse(ref reader, utf8, ref errors);
                    break;
                case KnownMember.Pool:
                    reader.Read();
                    pool = PoolReading.Read(ref reader, "pool", ref errors);
                    break;
                case KnownMember.Timeouts or KnownMember.Retry or KnownMember.After or KnownMember.Labels or KnownMember.Webhook:
                    reader.Read();
                    controls = ControlsParser.Read(ref reader, member, controls, ref errors);
                    break;
                case KnownMember.Tenant or KnownMember.DurationS or KnownMember.Deadline or KnownMember.DeadlineS or KnownMember.OnLate:
                    reader.Read();
                    controls = TurnParser.Read(ref reader, member, controls, ref errors);
                    break;
                default:
                    var name = UserText.Name(ref reader, "body", ref errors);
                    reader.Read();
                    hasScript |= (member is KnownMember.Script or KnownMember.ScriptSource) && ReadScript(ref reader, name, ref errors);
                    UserText.Skip(ref reader, name, ref errors);
                    (payload ??= new StringBuilder("{")).Append(payload.Length > 1 ? "," : "")
                        .Append(Encoding.UTF8.GetString(utf8[nameStart..(int)reader.BytesConsumed]));
                    break;
            }
        }

        TurnParser.Judge(controls, ref errors);
        if (taskType is null && (seen & KnownMember.TaskType) == 0)
        {
            errors.Add("task_type", "is required: one of " + string.Join(", ", KnownTaskTypes.All));
        }

        if (taskType == KnownTaskTypes.Custom && !hasScript)
        {
            errors.Add("script", "is required for task_type custom: a non-empty string");
        }

        if (needs.Nodes > 1 && taskType is (KnownTaskTypes.LlmInference or KnownTaskTypes.Embeddings))
        {
            errors.Add("requirements.nodes", $"must be 1 for task_type {taskType}: one node answers a request");
        }

        if (pool is not null && needs.Pool is not null && pool != needs.Pool)
        {
            errors.Add("pool", "must be the same as requirements.pool where both are named");
        }

        var gpus = needs.GpuCount ?? (taskType == KnownTaskTypes.Test ? 0 : 1);
        return new TaskSpec(
            taskType ?? "", priority, gpus, gpus == 0 ? 0 : needs.MemoryBytes, needs.GpuType, needs.Json,
            payload?.Append('}').ToString() ?? "{}")
        {
            MaxAttempts = maxAttempts,
            Controls = controls,
            Pool = pool ?? needs.Pool ?? MeshConstants.DefaultPool,
        };
    }

    private static string? ReadTaskType(ref Utf8JsonReader reader, ref FieldErrors errors)
    {
        if (reader.TokenType is JsonTokenType.String
            && UserText.TryGet(ref reader, out var text)
            && text.Length is > 0 and <= TaskTypeLengthMax
            && !text.Any(char.IsControl))
        {
            return KnownTaskTypes.All.FirstOrDefault(known => known == text) ?? text;
        }

        errors.Add("task_type", $"must be a string of 1 to {TaskTypeLengthMax} characters: one of {string.Join(", ", KnownTaskTypes.All)}");
        reader.Skip();
        return null;
    }

    private static int ReadInteger(ref Utf8JsonReader reader, string name, int min, int max, int absent, ref FieldErrors errors)
    {
        if (reader.TokenType is JsonTokenType.Null)
        {
            return absent;
        }

        if (reader.TokenType is JsonTokenType.Number && reader.TryGetInt32(out var value) && value >= min && value <= max)
        {
            return value;
        }

        errors.Add(name, $"must be an integer from {min} to {max}");
        reader.Skip();
        return absent;
    }

    private static bool ReadScript(ref Utf8JsonReader reader, string name, ref FieldErrors errors)
    {
        if (reader.TokenType is JsonTokenType.String)
        {
            return reader.ValueSpan.Length > 0;
        }

        if (reader.TokenType is not JsonTokenType.Null)
        {
            errors.Add(name, "must be a string");
        }

        return false;
    }

    // The reader appends its own notion of the position, which counts from zero.
    private static string FirstSentence(string message) => message.Split(" LineNumber:", 2)[0];
}
