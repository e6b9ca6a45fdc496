using Aurora.Storage.GrainState;
using Aurora.Storage.Postgres;
using Aurora.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Hosting;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Aurora.Storage;

/// <summary>Grain storage <see cref="StorageNames.Grains"/> in the mesh's database; the schema is migrated when the silo starts.</summary>
public static class GrainStorageSiloBuilderExtensions
{
    private const string InnerProvider = StorageNames.Grains + "-adonet";

    /// <summary>Keeps grain state in PostgreSQL, through Orleans' ADO.NET provider over this project's own schema.</summary>
    public static ISiloBuilder AddAuroraPostgresGrainStorage(this ISiloBuilder builder, string connectionString)
    {
        var withDefaults = PostgresConnectionString.WithDefaults(connectionString);
        builder.AddAdoNetGrainStorage(InnerProvider, options =>
        {
            options.Invariant = "Npgsql";
            options.ConnectionString = withDefaults;
            options.GrainStorageSerializer = new PlainJsonSerializer();
        });
        return builder.AddStorage(
            (services, _) => new WholeIdentityGrainStorage(services.GetRequiredKeyedService<IGrainStorage>(InnerProvider)),
            async cancellationToken =>
            {
                await using var store = new PostgresTaskStore(connectionString);
                await store.InitializeAsync(cancellationToken);
            });
    }

    /// <summary>Keeps grain state in a SQLite file, which may be the one that holds the tasks.</summary>
    public static ISiloBuilder AddAuroraSqliteGrainStorage(this ISiloBuilder builder, string path)
        => builder.AddStorage(
            (services, _) => new SqliteGrainStorage(path, new PlainJsonSerializer(), services.GetRequiredService<IActivatorProvider>()),
            async cancellationToken =>
            {
                await using var store = new SqliteTaskStore(path);
                await store.InitializeAsync(cancellationToken);
            });

    private static ISiloBuilder AddStorage(
        this ISiloBuilder builder, Func<IServiceProvider, string, IGrainStorage> create, Func<CancellationToken, Task> migrate)
    {
        builder.Services.AddGrainStorage(StorageNames.Grains, create);
        builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(new SchemaAtStart(migrate));
        return builder;
    }

    // Providers read their statements when application services start.
    private sealed class SchemaAtStart(Func<CancellationToken, Task> migrate) : ILifecycleParticipant<ISiloLifecycle>
    {
        public void Participate(ISiloLifecycle lifecycle)
            => lifecycle.Subscribe(nameof(SchemaAtStart), ServiceLifecycleStage.RuntimeInitialize, migrate);
    }
}
