namespace Aurora.Grains.Interfaces;

/// <summary>
/// How much travels at once. Orleans refuses a message of more than 100 MB however often it is sent, so what gathers for one call ends
/// well below, and a result that is larger by itself is refused where it is made.
/// </summary>
public static class CallSize
{
    /// <summary>Largest frame of a registered node at <c>/ws/{node_id}</c>, in bytes: 256 embeddings of 1,536 numbers fit.</summary>
    public const int FrameBytesMax = 8 << 20;

    /// <summary>Largest result of an attempt, in bytes of UTF-8, where no frame bounds it.</summary>
    public const int ResultBytesMax = 32 << 20;

    /// <summary>Characters that gather for one call; a larger item goes alone.</summary>
    public const int CharactersMax = 16 << 20;

    /// <summary>How many of the first items go in one call: at least one where there is any, and at most <paramref name="most"/>.</summary>
    public static int CountOf<T>(IEnumerable<T> items, Func<T, long> charactersOf, int most)
    {
        var (count, characters) = (0, 0L);
        foreach (var item in items)
        {
            characters += charactersOf(item);
            if (count == most || (count > 0 && characters > CharactersMax))
            {
                break;
            }

            count++;
        }

        return count;
    }
}
