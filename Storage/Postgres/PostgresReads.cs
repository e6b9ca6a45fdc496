using System.Runtime.CompilerServices;
using Npgsql;

namespace Aurora.Storage.Postgres;

/// <summary>Short statements outside the group commit, each on a pooled connection.</summary>
internal sealed class PostgresReads(NpgsqlDataSource dataSource)
{
    public Task<List<T>> ListAsync<T>(
        string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
        => PostgresFailure.GuardAsync(async () =>
        {
            await using var command = dataSource.CreateCommand(sql);
            command.Parameters.AddRange(parameters);
            var rows = new List<T>();
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(read(reader));
            }

            return rows;
        });

    /// <summary>For what does not fit into memory at once. The connection is held until the last row is taken.</summary>
    public async IAsyncEnumerable<T> StreamAsync<T>(
        string sql,
        Func<NpgsqlDataReader, T> read,
        [EnumeratorCancellation] CancellationToken cancellationToken,
        params NpgsqlParameter[] parameters)
    {
        await using var command = dataSource.CreateCommand(sql);
        command.Parameters.AddRange(parameters);
        await using var reader = await PostgresFailure.GuardAsync(() => command.ExecuteReaderAsync(cancellationToken));
        while (await PostgresFailure.GuardAsync(() => reader.ReadAsync(cancellationToken)))
        {
            yield return read(reader);
        }
    }

    public async Task<T?> FirstAsync<T>(
        string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
        => (await ListAsync(sql, read, cancellationToken, parameters)).FirstOrDefault();

    public static NpgsqlParameter Value<T>(T value) => new NpgsqlParameter<T> { TypedValue = value };
}
