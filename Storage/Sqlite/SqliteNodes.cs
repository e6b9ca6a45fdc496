using Aurora.Storage.GroupCommit;
using Microsoft.Data.Sqlite;

namespace Aurora.Storage.Sqlite;

/// <summary>The nodes that ever joined.</summary>
internal sealed class SqliteNodes
{
    private const string Select = "SELECT node_id, epoch, registration, registered_at, cordoned, drain_deadline, quarantined_until, quarantines FROM nodes";

    private readonly SqliteDatabase database;
    private readonly RegistrationLane registrations;

    public SqliteNodes(SqliteDatabase database)
    {
        this.database = database;
        registrations = new RegistrationLane(WriteAsync);
    }

    public Task<long> RegisterAsync(string nodeId, string registration, CancellationToken cancellationToken)
    {
        StoredText.RequireId(nodeId, "node id");
        return registrations.RegisterAsync(new NodeRegistrationWrite(nodeId, StoredText.Clean(registration)!)).WaitAsync(cancellationToken);
    }

    public Task<bool> UpdateAsync(string nodeId, long epoch, string registration, CancellationToken cancellationToken)
        => database.RunAsync(
            connection => SqliteQuery.List(
                connection,
                "UPDATE nodes SET registration = $2 WHERE node_id = $0 AND epoch = $1 RETURNING epoch",
                reader => reader.GetInt64(0),
                nodeId,
                epoch,
                StoredText.Clean(registration)!).Count > 0,
            cancellationToken);

    public Task<bool> SetCordonAsync(string nodeId, bool cordoned, DateTimeOffset? drainDeadline, CancellationToken cancellationToken)
        => database.RunAsync(
            connection => SqliteQuery.List(
                connection,
                "UPDATE nodes SET cordoned = $1, drain_deadline = $2 WHERE node_id = $0 RETURNING epoch",
                reader => reader.GetInt64(0),
                nodeId,
                cordoned ? 1 : 0,
                drainDeadline is { } deadline ? SqliteTaskRow.Time(deadline) : DBNull.Value).Count > 0,
            cancellationToken);

    public Task<bool> SetQuarantineAsync(string nodeId, DateTimeOffset? until, int quarantines, CancellationToken cancellationToken)
        => database.RunAsync(
            connection => SqliteQuery.List(
                connection,
                "UPDATE nodes SET quarantined_until = $1, quarantines = $2 WHERE node_id = $0 RETURNING epoch",
                reader => reader.GetInt64(0),
                nodeId,
                until is { } end ? SqliteTaskRow.Time(end) : DBNull.Value,
                quarantines).Count > 0,
            cancellationToken);

    public async Task<IReadOnlyList<NodeRow>> ListAsync(CancellationToken cancellationToken)
        => await database.RunAsync(connection => SqliteQuery.List(connection, $"{Select} ORDER BY node_id", Read), cancellationToken);

    public async Task<NodeRow?> GetAsync(string nodeId, CancellationToken cancellationToken)
        => (await database.RunAsync(
            connection => SqliteQuery.List(connection, $"{Select} WHERE node_id = $0", Read, nodeId), cancellationToken)).FirstOrDefault();

    private Task<IReadOnlyDictionary<string, long>> WriteAsync(IReadOnlyList<NodeRegistrationWrite> group) => database.RunAsync<IReadOnlyDictionary<string, long>>(
        connection =>
        {
            using var transaction = connection.BeginTransaction();
            var epochs = new Dictionary<string, long>(StringComparer.Ordinal);
            foreach (var (nodeId, registration) in group)
            {
                epochs[nodeId] = SqliteQuery.List(
                    connection,
                    """
                    INSERT INTO nodes (node_id, epoch, registration, registered_at) VALUES ($0, 1, $1, $2)
                    ON CONFLICT (node_id) DO UPDATE
                    SET epoch = nodes.epoch + 1, registration = excluded.registration, registered_at = excluded.registered_at
                    RETURNING epoch
                    """,
                    reader => reader.GetInt64(0),
                    nodeId,
                    registration,
                    SqliteTaskRow.Time(DateTimeOffset.UtcNow)).Single();
            }

            transaction.Commit();
            return epochs;
        },
        CancellationToken.None);

    private static NodeRow Read(SqliteDataReader reader)
        => new(
            reader.GetString(0),
            reader.GetInt64(1),
            reader.GetString(2),
            SqliteTaskRow.Time(reader.GetInt64(3)),
            reader.GetInt64(4) != 0,
            reader.IsDBNull(5) ? null : SqliteTaskRow.Time(reader.GetInt64(5)),
            reader.IsDBNull(6) ? null : SqliteTaskRow.Time(reader.GetInt64(6)),
            reader.GetInt32(7));
}
