using Aurora.Scheduling.Lifecycle;
using Npgsql;

namespace Aurora.Storage.Postgres;

/// <summary>The columns of a task, and a row made of them.</summary>
internal static class PostgresTaskRow
{
    /// <summary>Everything but the texts, of a table called t.</summary>
    public const string Columns =
        "t.task_id, t.task_type, t.priority, t.phase, t.attempt, t.node_id, t.node_epoch, t.gpus, t.gpu_count, "
        + "t.memory_bytes, t.gpu_type, t.submitted_at, t.started_at, t.completed_at, t.failures, t.losses, t.max_attempts, t.not_before, "
        + "t.request_hash, t.memory_floor, t.controls, t.pool, t.cost, t.attained_gpu_s, t.members, t.members_open, t.crashes";

    /// <summary>The same of a table called something else.</summary>
    public static string ColumnsOf(string table) => Columns.Replace("t.", table + ".", StringComparison.Ordinal);

    /// <summary>What placement needs of the texts; it follows <see cref="Columns"/>.</summary>
    public const string Requirements = "t.requirements";

    /// <summary>The texts, which follow <see cref="Columns"/>.</summary>
    public const string Texts = Requirements + ", t.payload, t.result, t.error, t.webhook_due, t.webhook_attempts, t.webhook_error";

    private const int CountWithoutTexts = 27;

    public static TaskRow Read(NpgsqlDataReader reader, int first = 0)
    {
        var texts = first + CountWithoutTexts;
        var hasRequirements = reader.FieldCount > texts;
        var hasTexts = reader.FieldCount > texts + 1;
        return new TaskRow
        {
            TaskId = reader.GetString(first),
            TaskType = reader.GetString(first + 1),
            Priority = reader.GetInt16(first + 2),
            Phase = (TaskPhase)reader.GetInt16(first + 3),
            Attempt = reader.GetInt32(first + 4),
            NodeId = Text(reader, first + 5),
            NodeEpoch = reader.GetInt64(first + 6),
            Gpus = reader.GetFieldValue<int[]>(first + 7),
            GpuCount = reader.GetInt32(first + 8),
            MemoryBytes = reader.GetInt64(first + 9),
            GpuType = Text(reader, first + 10),
            SubmittedAt = Time(reader, first + 11),
            StartedAt = reader.IsDBNull(first + 12) ? null : Time(reader, first + 12),
            CompletedAt = reader.IsDBNull(first + 13) ? null : Time(reader, first + 13),
            Retry = new RetryState(reader.GetInt32(first + 14), reader.GetInt32(first + 15), reader.GetInt32(first + 16))
            {
                MemoryFloor = reader.GetInt64(first + 19),
                Crashes = reader.GetInt32(first + 26),
            },
            NotBefore = reader.IsDBNull(first + 17) ? null : Time(reader, first + 17),
            RequestHash = Text(reader, first + 18),
            Controls = Text(reader, first + 20),
            Pool = Text(reader, first + 21) ?? TaskRow.DefaultPool,
            Cost = reader.GetDouble(first + 22),
            AttainedGpuSeconds = reader.GetDouble(first + 23),
            Members = GangText.Parse(Text(reader, first + 24), reader.GetInt64(first + 25)),
            Requirements = hasRequirements ? Text(reader, texts) : null,
            Payload = hasTexts ? Text(reader, texts + 1) : null,
            Result = hasTexts ? Text(reader, texts + 2) : null,
            Error = hasTexts ? Text(reader, texts + 3) : null,
            WebhookDue = hasTexts && !reader.IsDBNull(texts + 4) ? Time(reader, texts + 4) : null,
            WebhookAttempts = hasTexts ? reader.GetInt32(texts + 5) : 0,
            WebhookError = hasTexts ? Text(reader, texts + 6) : null,
        };
    }

    public static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public static DateTimeOffset Time(NpgsqlDataReader reader, int column) => new(reader.GetDateTime(column));
}
