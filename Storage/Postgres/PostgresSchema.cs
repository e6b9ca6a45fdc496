using Aurora.Storage.Migrations;
using Npgsql;

namespace Aurora.Storage.Postgres;

/// <summary>Brings a database to the schema of this release. Processes that start together take turns.</summary>
internal sealed class PostgresSchema(NpgsqlDataSource dataSource)
{
    // "aurora" in ASCII; other users of the database are unlikely to lock the same number.
    private const long LockKey = 0x6175726F7261;

    // A migration may rewrite a large table, and a neighbour waits here until it is done.
    private const int CommandSeconds = 600;

    public Task<int> MigrateAsync(CancellationToken cancellationToken)
        => PostgresFailure.GuardAsync(() => MigrateLockedAsync(cancellationToken));

    private async Task<int> MigrateLockedAsync(CancellationToken cancellationToken)
    {
        var migrations = Migration.For("Postgres");
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);

        // The lock is the session's, and handing the connection back to the pool would keep it.
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({LockKey})", cancellationToken);
        try
        {
            await ExecuteAsync(
                connection,
                """
                CREATE TABLE IF NOT EXISTS schema_version (
                    version integer PRIMARY KEY,
                    name text NOT NULL,
                    applied_at timestamptz NOT NULL DEFAULT now())
                """,
                cancellationToken);
            var stored = await VersionAsync(connection, cancellationToken);
            Migration.RequireKnown(stored, migrations);
            foreach (var migration in migrations.Skip(stored))
            {
                await ApplyAsync(connection, migration, cancellationToken);
            }

            return migrations.Count - stored;
        }
        finally
        {
            await ExecuteAsync(connection, $"SELECT pg_advisory_unlock({LockKey})", CancellationToken.None);
        }
    }

    private static async Task ApplyAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, migration.Sql, cancellationToken);
        await using var record = new NpgsqlCommand("INSERT INTO schema_version (version, name) VALUES ($1, $2)", connection);
        record.Parameters.Add(new NpgsqlParameter<int> { TypedValue = migration.Number });
        record.Parameters.Add(new NpgsqlParameter<string> { TypedValue = migration.Name });
        await record.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<int> VersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT coalesce(max(version), 0) FROM schema_version", connection);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = CommandSeconds };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
