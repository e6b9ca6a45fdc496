using Orleans.Storage;

namespace Aurora.Storage.GrainState;

/// <summary>
/// Gives the ADO.NET provider an identity that it cannot shorten. On its own it takes a key that looks like a hexadecimal
/// number for that number, so "007" is "7" and "AB" is "ab", and it leaves out the grain type.
/// </summary>
internal sealed class WholeIdentityGrainStorage(IGrainStorage inner) : IGrainStorage
{
    // No key that starts with this reads as a number.
    private const string KeyPrefix = "key:";

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        => inner.ReadStateAsync(Name(stateName, grainId), Whole(grainId), grainState);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        => inner.WriteStateAsync(Name(stateName, grainId), Whole(grainId), grainState);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        => inner.ClearStateAsync(Name(stateName, grainId), Whole(grainId), grainState);

    private static GrainId Whole(GrainId grainId) => GrainId.Create(grainId.Type, IdSpan.Create(KeyPrefix + grainId.Key));

    // The provider reads a backtick as a generic type's arity and shortens what follows; a grain type may hold one.
    private static string Name(string stateName, GrainId grainId) => $"{grainId.Type}/{stateName}".Replace('`', '~');
}
