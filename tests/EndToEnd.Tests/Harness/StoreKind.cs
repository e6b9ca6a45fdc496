using Aurora.Testing;

namespace Aurora.EndToEnd.Tests.Harness;

/// <summary>Where the mesh of a test keeps its tasks.</summary>
public enum StoreKind
{
    Sqlite,
    Postgres,
}

/// <summary>Makes settings with a store of the asked kind that nobody else uses.</summary>
internal static class StoreKinds
{
    public static async Task<MeshSettings> SettingsAsync(this StoreKind kind) =>
        kind is StoreKind.Sqlite
            ? new MeshSettings()
            : new MeshSettings { Postgres = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync() };
}
