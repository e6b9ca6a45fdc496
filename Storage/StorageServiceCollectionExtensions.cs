using Aurora.Storage.Postgres;
using Aurora.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Aurora.Storage;

public static class StorageServiceCollectionExtensions
{
    /// <summary>
    /// Adds the <see cref="ITaskStore"/>: PostgreSQL when there is a connection string, otherwise the SQLite file. The caller
    /// initializes it before the first use.
    /// </summary>
    public static IServiceCollection AddAuroraStorage(this IServiceCollection services, Action<StorageOptions> configure)
    {
        services.AddOptions<StorageOptions>()
            .Configure(configure)
            .Validate(options => options.WriterLoops is >= 1 and <= 8, "WriterLoops is 1 to 8.")
            .Validate(
                options => !string.IsNullOrWhiteSpace(options.ConnectionString) || !string.IsNullOrWhiteSpace(options.SqlitePath),
                "Storage needs a connection string or a SQLite path.")
            .ValidateOnStart();
        return services.AddSingleton<ITaskStore>(provider =>
        {
            var options = provider.GetRequiredService<IOptions<StorageOptions>>().Value;
            return string.IsNullOrWhiteSpace(options.ConnectionString)
                ? new SqliteTaskStore(options.SqlitePath)
                : new PostgresTaskStore(options.ConnectionString, options.WriterLoops);
        });
    }
}
