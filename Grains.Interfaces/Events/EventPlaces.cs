using System.Globalization;

namespace Aurora.Grains.Interfaces.Events;

/// <summary>
/// Where a reader of the mesh's events is, in the log of every pool. As text, which is the id of a server-sent event, it is the one
/// number of the default pool where there is no other, and <c>default:12,train:34</c> where there are.
/// </summary>
public sealed class EventPlaces
{
    private const int TextLengthMax = 8_192;
    private readonly SortedDictionary<string, long> places = new(StringComparer.Ordinal);

    /// <summary>The position in a pool's log; null for a pool of which the reader knows nothing.</summary>
    public long? this[string pool]
    {
        get => places.TryGetValue(pool, out var place) ? place : null;
        set => places[pool] = value!.Value;
    }

    /// <summary>The places that a text names; null when it names none.</summary>
    public static EventPlaces? TryParse(string text)
    {
        var parsed = new EventPlaces();
        foreach (var part in text.Length <= TextLengthMax ? text.Split(',') : [])
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            var pool = colon < 0 ? MeshConstants.DefaultPool : part[..colon];
            if (!PoolName.IsValid(pool) || !long.TryParse(part.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var place))
            {
                return null;
            }

            parsed[pool] = place;
        }

        return parsed.places.Count > 0 ? parsed : null;
    }

    /// <inheritdoc/>
    public override string ToString() => places.Count == 1 && places.TryGetValue(MeshConstants.DefaultPool, out var only)
        ? only.ToString(CultureInfo.InvariantCulture)
        : string.Join(',', places.Select(place => string.Create(CultureInfo.InvariantCulture, $"{place.Key}:{place.Value}")));
}
