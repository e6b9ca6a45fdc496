using Npgsql;

namespace Aurora.Storage.Postgres;

/// <summary>The nodes that ever joined.</summary>
internal sealed class PostgresNodes(PostgresReads reads)
{
    private const string Select = "SELECT node_id, epoch, registration, registered_at, cordoned, drain_deadline, quarantined_until, quarantines FROM nodes";

    public async Task<long> RegisterAsync(string nodeId, string registration, CancellationToken cancellationToken)
    {
        StoredText.RequireId(nodeId, "node id");
        return await reads.FirstAsync(
            """
            INSERT INTO nodes AS n (node_id, epoch, registration, registered_at) VALUES ($1, 1, $2, now())
            ON CONFLICT (node_id) DO UPDATE
            SET epoch = n.epoch + 1, registration = excluded.registration, registered_at = excluded.registered_at
            RETURNING n.epoch
            """,
            reader => reader.GetInt64(0),
            cancellationToken,
            PostgresReads.Value(nodeId),
            PostgresReads.Value(StoredText.Clean(registration)));
    }

    public async Task<bool> UpdateAsync(string nodeId, long epoch, string registration, CancellationToken cancellationToken)
        => await reads.FirstAsync(
            "UPDATE nodes SET registration = $3 WHERE node_id = $1 AND epoch = $2 RETURNING true",
            reader => reader.GetBoolean(0),
            cancellationToken,
            PostgresReads.Value(nodeId),
            PostgresReads.Value(epoch),
            PostgresReads.Value(StoredText.Clean(registration)));

    public async Task<bool> SetCordonAsync(string nodeId, bool cordoned, DateTimeOffset? drainDeadline, CancellationToken cancellationToken)
        => await reads.FirstAsync(
            "UPDATE nodes SET cordoned = $2, drain_deadline = $3 WHERE node_id = $1 RETURNING true",
            reader => reader.GetBoolean(0),
            cancellationToken,
            PostgresReads.Value(nodeId),
            PostgresReads.Value(cordoned),
            PostgresReads.Value(drainDeadline?.UtcDateTime));

    public async Task<bool> SetQuarantineAsync(string nodeId, DateTimeOffset? until, int quarantines, CancellationToken cancellationToken)
        => await reads.FirstAsync(
            "UPDATE nodes SET quarantined_until = $2, quarantines = $3 WHERE node_id = $1 RETURNING true",
            reader => reader.GetBoolean(0),
            cancellationToken,
            PostgresReads.Value(nodeId),
            PostgresReads.Value(until?.UtcDateTime),
            PostgresReads.Value(quarantines));

    public async Task<IReadOnlyList<NodeRow>> ListAsync(CancellationToken cancellationToken)
        => await reads.ListAsync($"{Select} ORDER BY node_id", Read, cancellationToken);

    public Task<NodeRow?> GetAsync(string nodeId, CancellationToken cancellationToken)
        => reads.FirstAsync($"{Select} WHERE node_id = $1", Read, cancellationToken, PostgresReads.Value(nodeId));

    private static NodeRow Read(NpgsqlDataReader reader)
        => new(
            reader.GetString(0),
            reader.GetInt64(1),
            reader.GetString(2),
            PostgresTaskRow.Time(reader, 3),
            reader.GetBoolean(4),
            reader.IsDBNull(5) ? null : PostgresTaskRow.Time(reader, 5),
            reader.IsDBNull(6) ? null : PostgresTaskRow.Time(reader, 6),
            reader.GetInt32(7));
}
