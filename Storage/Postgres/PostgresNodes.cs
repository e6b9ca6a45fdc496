using Aurora.Storage.GroupCommit;
using Npgsql;

namespace Aurora.Storage.Postgres;

/// <summary>The nodes that ever joined.</summary>
internal sealed class PostgresNodes
{
    private const string Select = "SELECT node_id, epoch, registration, registered_at, cordoned, drain_deadline, quarantined_until, quarantines FROM nodes";

    private readonly PostgresReads reads;
    private readonly RegistrationLane registrations;

    public PostgresNodes(PostgresReads reads)
    {
        this.reads = reads;
        registrations = new RegistrationLane(WriteAsync);
    }

    public Task<long> RegisterAsync(string nodeId, string registration, CancellationToken cancellationToken)
    {
        StoredText.RequireId(nodeId, "node id");
        return registrations.RegisterAsync(new NodeRegistrationWrite(nodeId, StoredText.Clean(registration)!)).WaitAsync(cancellationToken);
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

    // In the order of the ids, so that two processes never wait for each other in a circle.
    private async Task<IReadOnlyDictionary<string, long>> WriteAsync(IReadOnlyList<NodeRegistrationWrite> group)
        => (await reads.ListAsync(
            """
            INSERT INTO nodes AS n (node_id, epoch, registration, registered_at)
            SELECT g.node_id, 1, g.registration, now() FROM unnest($1, $2) WITH ORDINALITY AS g (node_id, registration, position) ORDER BY g.position
            ON CONFLICT (node_id) DO UPDATE
            SET epoch = n.epoch + 1, registration = excluded.registration, registered_at = excluded.registered_at
            RETURNING n.node_id, n.epoch
            """,
            reader => (NodeId: reader.GetString(0), Epoch: reader.GetInt64(1)),
            CancellationToken.None,
            PostgresReads.Value(group.Select(one => one.NodeId).ToArray()),
            PostgresReads.Value(group.Select(one => one.Registration).ToArray())))
            .ToDictionary(row => row.NodeId, row => row.Epoch, StringComparer.Ordinal);

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
