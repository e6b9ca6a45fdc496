using System.Security.Cryptography;
using Aurora.Storage.Postgres;
using Aurora.Testing;
using Npgsql;
using static Aurora.Storage.Tests.Samples;

namespace Aurora.Storage.Tests;

public sealed class PostgresTaskStoreTests : TaskStoreConformance
{
    private string _connectionString = "";

    [Fact]
    public async Task An_operation_that_the_server_refuses_does_not_fail_its_neighbours()
    {
        // Too long for an index entry, and random, so that it does not compress into one.
        var tooLong = Insert(Queued(RandomNumberGenerator.GetHexString(20_000)));
        TaskOperation[] operations = [.. Enumerable.Range(0, 300).Select(i => Insert(Queued($"t{i}"))), tooLong, Cancel("t7")];

        await Assert.ThrowsAsync<InvalidOperationException>(() => Store.CommitAsync(operations));

        var active = await Store.ListActiveAsync(null, 1000, CancellationToken.None);
        Assert.Equal(299, active.Count);
        Assert.True((await Store.DoAsync(Insert(Queued("next")))).Applied);
    }

    [Fact]
    public async Task A_new_scheduler_waits_for_assignments_on_their_way()
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var assigning = new NpgsqlCommand(
            $"SELECT pg_advisory_xact_lock_shared({PostgresGroupExecutor.SchedulerLockKey})", connection, transaction);
        await assigning.ExecuteNonQueryAsync();

        var acquiring = Store.AcquireSchedulerAsync("default", CancellationToken.None);
        await WaitForLockWaiterAsync();
        Assert.False(acquiring.IsCompleted);
        await transaction.CommitAsync();

        Assert.Equal(Epoch + 1, await acquiring);
    }

    protected override async Task PrepareAsync() => _connectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();

    protected override ITaskStore Create() => new PostgresTaskStore(_connectionString);

    protected override Task CleanUpAsync() => Task.CompletedTask;

    protected override async Task SetSchemaVersionAsync(int version)
        => await ScalarAsync($"INSERT INTO schema_version (version, name) VALUES ({version}, 'later') RETURNING 1");

    private async Task WaitForLockWaiterAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((long)(await ScalarAsync(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"))! == 0)
        {
            await Task.Delay(10, deadline.Token);
        }
    }

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
