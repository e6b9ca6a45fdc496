using System.Text;

namespace Aurora.Storage;

/// <summary>
/// What a text needs before a database takes it: neither U+0000 nor half a surrogate pair can be stored, and a worker's error
/// output may hold both. They become U+FFFD; every other text is stored as it is.
/// </summary>
internal static class StoredText
{
    public static string? Clean(string? text)
    {
        if (text is null || IsStorable(text))
        {
            return text;
        }

        var cleaned = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            cleaned.Append(rune.Value == 0 ? Rune.ReplacementChar.ToString() : rune.ToString());
        }

        return cleaned.ToString();
    }

    /// <summary>An id is never changed: two different ids must not become one.</summary>
    public static void RequireId(string id, string what)
    {
        ArgumentException.ThrowIfNullOrEmpty(id, what);
        if (!IsStorable(id))
        {
            throw new ArgumentException($"A {what} must not hold U+0000 or half a surrogate pair.", what);
        }
    }

    public static bool IsStorable(string text)
    {
        if (text.Contains('\0'))
        {
            return false;
        }

        var first = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF');
        for (var i = first; i >= 0 && i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
            {
                return false;
            }

            i++;
        }

        return true;
    }
}
