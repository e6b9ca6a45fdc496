using Npgsql;

namespace Aurora.Storage.Postgres;

/// <summary>The epochs that fence assignments.</summary>
internal sealed class PostgresSchedulers(NpgsqlDataSource dataSource)
{
    // The lock waits for assignments on their way and holds back the next, so no assignment of an older scheduler commits
    // after this returns.
    public Task<long> AcquireAsync(string pool, CancellationToken cancellationToken) => PostgresFailure.GuardAsync(async () =>
    {
        StoredText.RequireId(pool, "pool");
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var wait = new NpgsqlCommand(
            $"SELECT pg_advisory_xact_lock({PostgresGroupExecutor.SchedulerLockKey})", connection, transaction);
        await wait.ExecuteNonQueryAsync(cancellationToken);
        await using var raise = new NpgsqlCommand(
            """
            INSERT INTO schedulers AS s (pool, epoch) SELECT $1, coalesce(max(epoch), 0) + 1 FROM schedulers
            ON CONFLICT (pool) DO UPDATE SET epoch = excluded.epoch
            RETURNING s.epoch
            """,
            connection,
            transaction);
        raise.Parameters.Add(PostgresReads.Value(pool));
        var epoch = (long)(await raise.ExecuteScalarAsync(cancellationToken))!;
        await transaction.CommitAsync(cancellationToken);
        return epoch;
    });
}
