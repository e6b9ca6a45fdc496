namespace Aurora.Grains.Interfaces;

/// <summary>
/// References to grains whose key is a string, for code that makes one per request: <c>GetGrain</c> reads the attributes of the interface by
/// reflection each time, which takes longer than the call that follows.
/// </summary>
public static class GrainReferences
{
    /// <summary>The same as <c>GetGrain</c>, which is asked once for each interface: the type of a grain does not change while a process lives.</summary>
    public static TGrain GetReference<TGrain>(this IGrainFactory grains, string key)
        where TGrain : IGrainWithStringKey
    {
        ArgumentNullException.ThrowIfNull(grains);
        if (Kind<TGrain>.Known is { } known)
        {
            return (TGrain)grains.GetGrain(GrainId.Create(known.Grain, key), known.Interface);
        }

        var grain = grains.GetGrain<TGrain>(key);
        if (grain is GrainReference reference)
        {
            Kind<TGrain>.Known = new Kind<TGrain>(reference.GrainId.Type, reference.InterfaceType);
        }

        return grain;
    }

    private sealed record Kind<TGrain>(GrainType Grain, GrainInterfaceType Interface)
    {
        public static volatile Kind<TGrain>? Known;
    }
}
