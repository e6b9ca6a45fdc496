namespace Aurora.Storage.Tests;

public sealed class SqliteGrainStorageTests : GrainStorageConformance
{
    private readonly string _folder = Directory.CreateTempSubdirectory("aurora-grains-").FullName;

    protected override void AddStorage(ISiloBuilder silo) => silo.AddAuroraSqliteGrainStorage(Path.Combine(_folder, "aurora.db"));

    protected override Task PrepareAsync() => Task.CompletedTask;

    protected override Task CleanUpAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }
}
