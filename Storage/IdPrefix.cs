namespace Aurora.Storage;

/// <summary>The ids that begin with one text, as a range of the primary key.</summary>
internal static class IdPrefix
{
    /// <summary>The first text, in ordinal order, after all those that begin with this one, which is ASCII and not empty.</summary>
    public static string End(string prefix) => prefix[..^1] + (char)(prefix[^1] + 1);
}
