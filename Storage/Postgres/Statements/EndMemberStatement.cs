using Aurora.Storage.GroupCommit;
using Npgsql;
using NpgsqlTypes;

namespace Aurora.Storage.Postgres.Statements;

/// <summary>Members of one gang that end at once are in one group as a rule: what they say is put together before the row is changed once.</summary>
internal sealed class EndMemberStatement : EndingStatement
{
    private const string Left = "(t.members_open & ~m.bits)";

    private static readonly string Ran = Seconds("m.ended_at", "coalesce(t.started_at, m.started_at)");

    private static readonly string Sql =
        $"""
        WITH given AS MATERIALIZED (
            SELECT task_id, attempt, rank, started_at, ended_at, result, place
            FROM unnest($1, $2, $3, $4, $5, $6) WITH ORDINALITY AS g (task_id, attempt, rank, started_at, ended_at, result, place)
        ), merged AS MATERIALIZED (
            SELECT task_id, attempt, bit_or(1::bigint << rank) AS bits, min(started_at) AS started_at, max(ended_at) AS ended_at,
                max(result) FILTER (WHERE rank = 0) AS result, max(place) AS place
            FROM given GROUP BY task_id, attempt
        ), changed AS (
            UPDATE tasks AS t
            SET members_open = {Left}, started_at = coalesce(t.started_at, m.started_at), result = coalesce(m.result, t.result),
                phase = CASE WHEN {Left} = 0 THEN 3 ELSE 2 END,
                completed_at = CASE WHEN {Left} = 0 THEN m.ended_at END,
                error = CASE WHEN {Left} <> 0 THEN t.error END,
                ran_seconds = CASE WHEN {Left} = 0 THEN {Ran} ELSE t.ran_seconds END,
                cost = t.cost + CASE WHEN {Left} = 0 THEN {Ran} * t.per_hour / 3600 ELSE 0 END
            FROM merged AS m
            WHERE t.task_id = m.task_id AND t.phase IN (1, 2) AND t.attempt = m.attempt AND t.members IS NOT NULL
            RETURNING m.place, m.ended_at, t.phase, {Returning}
        ), ended AS (
            SELECT * FROM changed WHERE phase = 3
        ){Book}
        SELECT g.place,
            CASE WHEN e.phase = 3 AND e.place = g.place THEN e.ran_seconds * e.per_hour / 3600 ELSE 0 END,
            CASE WHEN e.phase = 3 AND e.place = g.place THEN e.ran_seconds * e.on_demand_per_hour / 3600 ELSE 0 END,
            e.phase = 3 AND e.place = g.place
        FROM given AS g JOIN changed AS e ON e.task_id = g.task_id AND e.attempt = g.attempt
        """;

    private readonly List<string> _taskId;
    private readonly List<int> _attempt;
    private readonly List<int> _rank;
    private readonly List<DateTime> _startedAt;
    private readonly List<DateTime> _endedAt;
    private readonly List<string?> _result;

    public EndMemberStatement()
        : base(Sql)
    {
        _taskId = AddColumn<string>(NpgsqlDbType.Text);
        _attempt = AddColumn<int>(NpgsqlDbType.Integer);
        _rank = AddColumn<int>(NpgsqlDbType.Integer);
        _startedAt = AddColumn<DateTime>(NpgsqlDbType.TimestampTz);
        _endedAt = AddColumn<DateTime>(NpgsqlDbType.TimestampTz);
        _result = AddColumn<string?>(NpgsqlDbType.Text);
    }

    protected override OperationOutcome Outcome(NpgsqlDataReader reader, ReadOnlyMemory<QueuedOperation> operations) =>
        base.Outcome(reader, operations) with { Completes = reader.GetBoolean(3) };

    protected override void Add(TaskOperation operation)
    {
        var end = (TaskOperation.EndMember)operation;
        _taskId.Add(end.TaskId);
        _attempt.Add(end.Attempt);
        _rank.Add(end.Rank);
        _startedAt.Add(end.StartedAt.UtcDateTime);
        _endedAt.Add(end.EndedAt.UtcDateTime);
        _result.Add(end.Rank == 0 ? StoredText.Clean(end.Result) : null);
    }
}
