using Aurora.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Aurora.Storage.Tests;

public sealed class SqliteTaskStoreTests : TaskStoreConformance
{
    private readonly string _folder = Directory.CreateTempSubdirectory("aurora-store-").FullName;

    private string FilePath => Path.Combine(_folder, "data", "aurora.db");

    [Fact]
    public async Task A_file_that_cannot_be_written_is_reported_and_recovers()
    {
        await using (var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var hold = connection.CreateCommand();
            hold.CommandText = "BEGIN IMMEDIATE";
            await hold.ExecuteNonQueryAsync();

            await Assert.ThrowsAsync<StoreUnavailableException>(() => Store.DoAsync(Samples.Insert(Samples.Queued("t"))));
            Assert.NotNull(await Store.CheckAsync(CancellationToken.None));
        }

        Assert.True((await Store.DoAsync(Samples.Insert(Samples.Queued("t")))).Applied);
        Assert.Null(await Store.CheckAsync(CancellationToken.None));
    }

    protected override Task PrepareAsync() => Task.CompletedTask;

    protected override ITaskStore Create() => new SqliteTaskStore(FilePath);

    protected override Task CleanUpAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    protected override async Task SetSchemaVersionAsync(int version)
    {
        await using var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA user_version = {version}";
        await command.ExecuteNonQueryAsync();
    }
}
