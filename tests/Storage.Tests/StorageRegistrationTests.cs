using Aurora.Storage.Postgres;
using Aurora.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Aurora.Storage.Tests;

public sealed class StorageRegistrationTests
{
    [Fact]
    public async Task A_connection_string_chooses_postgresql()
    {
        await using var services = Build(options => options.ConnectionString = "Host=localhost;Database=aurora");

        Assert.IsType<PostgresTaskStore>(services.GetRequiredService<ITaskStore>());
    }

    [Fact]
    public async Task No_connection_string_chooses_the_sqlite_file()
    {
        var folder = Directory.CreateTempSubdirectory("aurora-registration-");
        await using (var services = Build(options => options.SqlitePath = Path.Combine(folder.FullName, "aurora.db")))
        {
            Assert.IsType<SqliteTaskStore>(services.GetRequiredService<ITaskStore>());
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Options_that_make_no_sense_are_refused()
    {
        await using var services = Build(options => options.WriterLoops = 0);

        Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<ITaskStore>());
    }

    [Fact]
    public void Defaults_are_what_the_documentation_says()
    {
        var options = new StorageOptions();

        Assert.Equal((null, "aurora.db", 2), (options.ConnectionString, options.SqlitePath, options.WriterLoops));
    }

    private static ServiceProvider Build(Action<StorageOptions> configure)
        => new ServiceCollection().AddAuroraStorage(configure).BuildServiceProvider();
}
