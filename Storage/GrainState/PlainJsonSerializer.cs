using System.Text.Json;
using Orleans.Storage;

namespace Aurora.Storage.GrainState;

/// <summary>Grain state as JSON without type names: a class may be renamed or moved, and a payload cannot name what to create.</summary>
internal sealed class PlainJsonSerializer : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input));

    public T Deserialize<T>(BinaryData input)
        => JsonSerializer.Deserialize<T>(input) ?? throw new JsonException($"Stored {typeof(T).Name} is null.");
}
