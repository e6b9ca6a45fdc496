using Aurora.Testing;

namespace Aurora.Storage.Tests;

public sealed class PostgresGrainStorageTests : GrainStorageConformance
{
    private string _connectionString = "";

    protected override void AddStorage(ISiloBuilder silo) => silo.AddAuroraPostgresGrainStorage(_connectionString);

    protected override async Task PrepareAsync() => _connectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();

    protected override Task CleanUpAsync() => Task.CompletedTask;
}
