using System.Globalization;
using Aurora.Storage.Sqlite;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Aurora.Storage.GrainState;

/// <summary>
/// Grain state in the mesh's SQLite file. The key is the whole identity: grain type, key and state name. Cleared state keeps
/// no row; its next write starts at version 1 again.
/// </summary>
internal sealed class SqliteGrainStorage(string path, IGrainStorageSerializer serializer, IActivatorProvider activators) : IGrainStorage
{
    private readonly SqliteDatabase _database = new(path);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var stored = (await _database.RunAsync(
            connection => SqliteQuery.List(
                connection,
                "SELECT version, payload FROM grain_state WHERE grain_type = $0 AND grain_key = $1 AND state_name = $2",
                reader => (Version: reader.GetInt64(0), Payload: reader.GetFieldValue<byte[]>(1)),
                Key(stateName, grainId)),
            CancellationToken.None)).SingleOrDefault();
        grainState.RecordExists = stored.Version > 0;
        grainState.ETag = stored.Version > 0 ? Format(stored.Version) : null;
        grainState.State = stored.Version > 0
            ? serializer.Deserialize<T>(new BinaryData(stored.Payload))
            : activators.GetActivator<T>().Create();
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var payload = serializer.Serialize(grainState.State).ToArray();
        var sql = grainState.ETag is null
            ? "INSERT INTO grain_state (grain_type, grain_key, state_name, version, payload) VALUES ($0, $1, $2, 1, $3) ON CONFLICT DO NOTHING RETURNING version"
            : $"""
              UPDATE grain_state SET version = version + 1, payload = $3
              WHERE grain_type = $0 AND grain_key = $1 AND state_name = $2 AND version = {Parse(grainState.ETag)} RETURNING version
              """;
        var version = await ChangeAsync(sql, stateName, grainId, grainState.ETag, payload);
        grainState.ETag = Format(version);
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState.ETag is not null)
        {
            var sql =
                $"""
                DELETE FROM grain_state
                WHERE grain_type = $0 AND grain_key = $1 AND state_name = $2 AND version = {Parse(grainState.ETag)} RETURNING version
                """;
            await ChangeAsync(sql, stateName, grainId, grainState.ETag);
        }

        grainState.ETag = null;
        grainState.RecordExists = false;
        grainState.State = activators.GetActivator<T>().Create();
    }

    private async Task<long> ChangeAsync(string sql, string stateName, GrainId grainId, string? etag, params object[] values)
    {
        var versions = await _database.RunAsync(
            connection => SqliteQuery.List(connection, sql, reader => reader.GetInt64(0), [.. Key(stateName, grainId), .. values]),
            CancellationToken.None);
        return versions.Count == 1
            ? versions[0]
            : throw new InconsistentStateException($"State {stateName} of {grainId} is no longer at version {etag ?? "none"}.");
    }

    private static object[] Key(string stateName, GrainId grainId) => [grainId.Type.ToString()!, grainId.Key.ToString()!, stateName];

    private static string Format(long version) => version.ToString(CultureInfo.InvariantCulture);

    private static long Parse(string etag) => long.Parse(etag, CultureInfo.InvariantCulture);
}
