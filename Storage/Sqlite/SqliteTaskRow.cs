using System.Globalization;
using Aurora.Scheduling.Lifecycle;
using Microsoft.Data.Sqlite;

namespace Aurora.Storage.Sqlite;

/// <summary>The columns of a task, a row made of them, and the texts and numbers that stand for gpus and times.</summary>
internal static class SqliteTaskRow
{
    public const string Columns =
        "task_id, task_type, priority, phase, attempt, node_id, node_epoch, gpus, gpu_count, memory_bytes, gpu_type, "
        + "submitted_at, started_at, completed_at, failures, losses, max_attempts, not_before, request_hash, "
        + "memory_floor, controls, pool, cost, attained_gpu_s, members, members_open, crashes";

    /// <summary>What placement needs of the texts; it follows <see cref="Columns"/>.</summary>
    public const string Requirements = "requirements";

    /// <summary>The texts, which follow <see cref="Columns"/>.</summary>
    public const string Texts = Requirements + ", payload, result, error, webhook_due, webhook_attempts, webhook_error";

    private const int CountWithoutTexts = 27;

    public static TaskRow Read(SqliteDataReader reader)
    {
        var hasRequirements = reader.FieldCount > CountWithoutTexts;
        var hasTexts = reader.FieldCount > CountWithoutTexts + 1;
        return new TaskRow
        {
            TaskId = reader.GetString(0),
            TaskType = reader.GetString(1),
            Priority = reader.GetInt32(2),
            Phase = (TaskPhase)reader.GetInt32(3),
            Attempt = reader.GetInt32(4),
            NodeId = Text(reader, 5),
            NodeEpoch = reader.GetInt64(6),
            Gpus = Gpus(reader.GetString(7)),
            GpuCount = reader.GetInt32(8),
            MemoryBytes = reader.GetInt64(9),
            GpuType = Text(reader, 10),
            SubmittedAt = Time(reader.GetInt64(11)),
            StartedAt = reader.IsDBNull(12) ? null : Time(reader.GetInt64(12)),
            CompletedAt = reader.IsDBNull(13) ? null : Time(reader.GetInt64(13)),
            Retry = new RetryState(reader.GetInt32(14), reader.GetInt32(15), reader.GetInt32(16)) { MemoryFloor = reader.GetInt64(19), Crashes = reader.GetInt32(26) },
            NotBefore = reader.IsDBNull(17) ? null : Time(reader.GetInt64(17)),
            RequestHash = Text(reader, 18),
            Controls = Text(reader, 20),
            Pool = Text(reader, 21) ?? TaskRow.DefaultPool,
            Cost = reader.GetDouble(22),
            AttainedGpuSeconds = reader.GetDouble(23),
            Members = GangText.Parse(Text(reader, 24), reader.GetInt64(25)),
            Requirements = hasRequirements ? Text(reader, CountWithoutTexts) : null,
            Payload = hasTexts ? Text(reader, CountWithoutTexts + 1) : null,
            Result = hasTexts ? Text(reader, CountWithoutTexts + 2) : null,
            Error = hasTexts ? Text(reader, CountWithoutTexts + 3) : null,
            WebhookDue = hasTexts && !reader.IsDBNull(CountWithoutTexts + 4) ? Time(reader.GetInt64(CountWithoutTexts + 4)) : null,
            WebhookAttempts = hasTexts ? reader.GetInt32(CountWithoutTexts + 5) : 0,
            WebhookError = hasTexts ? Text(reader, CountWithoutTexts + 6) : null,
        };
    }

    public static string Gpus(IReadOnlyList<int> gpus) => string.Join(',', gpus);

    public static long Time(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset Time(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    private static string? Text(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static int[] Gpus(string text)
        => text.Length == 0 ? [] : [.. text.Split(',').Select(index => int.Parse(index, CultureInfo.InvariantCulture))];
}
