using Aurora.Storage.GroupCommit;
using Npgsql;

namespace Aurora.Storage.Postgres.Statements;

/// <summary>
/// A statement that ends attempts and books what they cost with it, which happens once: on the task, and as a row of its own. Its third
/// and fourth returned columns are what the attempt cost and would have cost on demand.
/// </summary>
internal abstract class EndingStatement(string sql) : OrdinalStatement(sql)
{
    /// <summary>What an UPDATE with <see cref="Seconds"/> returns for <see cref="Book"/>; the place, called place, comes before it.</summary>
    protected const string Returning = "t.task_id, t.attempt, t.node_id, t.tenure, t.ran_seconds, t.per_hour, t.on_demand_per_hour";

    /// <summary>Ends a statement whose UPDATE is called ended and returned what <see cref="Returning"/> says and ended_at.</summary>
    protected const string Book =
        """
        , booked AS (
            INSERT INTO attempt_costs (task_id, attempt, node_id, tenure, ended_at, seconds, amount, on_demand)
            SELECT task_id, attempt, node_id, tenure, ended_at, ran_seconds, ran_seconds * per_hour / 3600, ran_seconds * on_demand_per_hour / 3600
            FROM ended WHERE ran_seconds > 0 AND (per_hour > 0 OR on_demand_per_hour > 0)
        )
        """;

    /// <summary>What <see cref="Outcome"/> reads, of a table e like <see cref="Book"/>'s.</summary>
    protected const string Charged = "e.ran_seconds * e.per_hour / 3600, e.ran_seconds * e.on_demand_per_hour / 3600";

    /// <summary>How long an attempt ran. A start that a node puts before the submission is its clock's fault.</summary>
    /// <param name="end">The end.</param>
    /// <param name="start">The start; null where it never began.</param>
    protected static string Seconds(string end, string start) =>
        $"greatest(0, coalesce(extract(epoch FROM {end} - CASE WHEN {start} IS NOT NULL THEN greatest({start}, t.submitted_at) END), 0))::double precision";

    protected override OperationOutcome Outcome(NpgsqlDataReader reader, ReadOnlyMemory<QueuedOperation> operations) =>
        new(true) { Charge = new Charge(reader.GetDouble(1), reader.GetDouble(2)) };
}
