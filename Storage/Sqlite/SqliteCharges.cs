using Microsoft.Data.Sqlite;
using static Microsoft.Data.Sqlite.SqliteType;

namespace Aurora.Storage.Sqlite;

/// <summary>Books what an attempt cost together with its end, which happens once: on the task, and as a row of its own.</summary>
internal sealed class SqliteCharges(SqliteConnection connection) : IDisposable
{
    /// <summary>What a statement with <see cref="UntilOf"/> has to return.</summary>
    public const string Returning = "RETURNING attempt, node_id, tenure, ran_seconds, per_hour, on_demand_per_hour, task_id";

    private readonly SqliteStatement _book = new(
        connection,
        "INSERT INTO attempt_costs (task_id, attempt, node_id, tenure, ended_at, seconds, amount, on_demand) VALUES ($0, $1, $2, $3, $4, $5, $6, $7)",
        Text, Integer, Text, Integer, Integer, Real, Real, Real);

    /// <summary>
    /// Assignments for an UPDATE that ends an attempt. A start that a node puts before the submission is its clock's fault, and a task
    /// that does not run has no attempt to end.
    /// </summary>
    /// <param name="end">The parameter with the end, in microseconds.</param>
    /// <param name="startedAt">The one with the start, where the end tells it.</param>
    public static string UntilOf(string end, string startedAt = "NULL") =>
        $"ran_seconds = {Seconds(end, startedAt)}, cost = cost + {Seconds(end, startedAt)} * per_hour / 3600";

    /// <summary>The assignment for one after which the task goes back in line: it takes along what the attempt occupied.</summary>
    /// <param name="end">The parameter with the end, in microseconds.</param>
    /// <param name="startedAt">The one with the start, where the end tells it.</param>
    public static string AttainedUntil(string end, string startedAt) =>
        $"attained_gpu_s = attained_gpu_s + {Seconds(end, startedAt)} * (1 + length(gpus) - length(replace(gpus, ',', ''))) * coalesce(json_array_length(members), 1)";

    private static string Seconds(string end, string startedAt) =>
        $"(CASE WHEN phase IN (1, 2) THEN max(0, coalesce({end} - max(coalesce({startedAt}, started_at), submitted_at), 0)) / 1e6 ELSE 0 END)";

    /// <summary>Executes a statement that ends an attempt.</summary>
    public OperationOutcome End(SqliteStatement statement, DateTimeOffset endedAt)
    {
        string taskId, nodeId;
        int attempt, tenure;
        double seconds, perHour, onDemandPerHour;
        using (var reader = statement.Read())
        {
            if (!reader.Read())
            {
                return default;
            }

            (seconds, perHour, onDemandPerHour) = (reader.GetDouble(3), reader.GetDouble(4), reader.GetDouble(5));
            if (seconds <= 0 || (perHour <= 0 && onDemandPerHour <= 0))
            {
                return new OperationOutcome(true);
            }

            (attempt, nodeId, tenure, taskId) = (reader.GetInt32(0), reader.GetString(1), reader.GetInt32(2), reader.GetString(6));
        }

        var charge = new Charge(seconds * perHour / 3_600, seconds * onDemandPerHour / 3_600);
        _book.Set(0, taskId).Set(1, (long)attempt).Set(2, nodeId).Set(3, (long)tenure).Set(4, SqliteTaskRow.Time(endedAt))
            .SetReal(5, seconds).SetReal(6, charge.Amount).SetReal(7, charge.OnDemand).Execute();
        return new OperationOutcome(true) { Charge = charge };
    }

    public void Dispose() => _book.Dispose();
}
