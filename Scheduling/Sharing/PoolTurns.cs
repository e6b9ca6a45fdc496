namespace Aurora.Scheduling.Sharing;

/// <summary>
/// Whose turn it is on a node that serves several pools. While no pool waits for long, whoever comes first gets a place. A pool that
/// waits and got no place for the length of the patience gets a turn: until it is over, only that pool gets what comes free. A turn is
/// over when the pool waits no more, or has had places for its length and another pool waits as long. So a pool with much work
/// never starves another, and a large task gets the room that small ones of the other pool would take piece by piece.
/// </summary>
/// <param name="patience">How long a pool waits before it gets a turn, above 0.</param>
/// <param name="length">How long a turn is from the first place in it, above 0.</param>
/// <param name="staleAfter">A pool that has not said for this long that it waits does not wait.</param>
public sealed class PoolTurns(TimeSpan patience, TimeSpan length, TimeSpan staleAfter)
{
    private readonly Dictionary<string, Wait> waits = new(StringComparer.Ordinal);
    private string? holder;
    private DateTimeOffset? placedSince;

    /// <summary>The pool says that it has work waiting for this node.</summary>
    public void Waits(string pool, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(pool);
        waits[pool] = new Wait(
            waits.TryGetValue(pool, out var known) && now - known.HeardAt <= staleAfter ? known.Since : now, now);
    }

    /// <summary>The pool got a place.</summary>
    public void Placed(string pool, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(pool);
        if (waits.TryGetValue(pool, out var known))
        {
            waits[pool] = known with { Since = now };
        }

        if (pool == holder)
        {
            placedSince ??= now;
        }
    }

    /// <summary>The pool that alone gets places now; null when any may.</summary>
    public string? HolderAt(DateTimeOffset now)
    {
        if (holder is not null && !(waits.TryGetValue(holder, out var wait) && now - wait.HeardAt <= staleAfter))
        {
            holder = null;
        }

        if (holder is null || now - placedSince >= length)
        {
            // Of pools that wait equally long the first by name, so that the same calls give the same turns.
            var next = waits
                .Where(each => now - each.Value.HeardAt <= staleAfter && now - each.Value.Since >= patience)
                .OrderBy(each => each.Value.Since).ThenBy(each => each.Key, StringComparer.Ordinal)
                .Select(each => each.Key)
                .FirstOrDefault();
            (holder, placedSince) = (next, null);
        }

        return holder;
    }

    private readonly record struct Wait(DateTimeOffset Since, DateTimeOffset HeardAt);
}
