using System.Globalization;

namespace Aurora.Submissions;

/// <summary>
/// Finds escapes that are legal JSON and no text: a NUL, or half of a surrogate pair. Databases and other languages
/// refuse them long after the client has gone, so the edge refuses them at once.
/// </summary>
internal static class EscapeCheck
{
    /// <summary>Null when the escaped JSON string is text, otherwise what is wrong with it.</summary>
    public static string? FindFault(ReadOnlySpan<byte> escaped)
    {
        var highPending = false;
        for (var at = 0; at < escaped.Length;)
        {
            if (escaped[at] != (byte)'\\')
            {
                if (highPending)
                {
                    return LoneSurrogate;
                }

                at++;
                continue;
            }

            if (escaped[at + 1] != (byte)'u')
            {
                if (highPending)
                {
                    return LoneSurrogate;
                }

                at += 2;
                continue;
            }

            var unit = (char)ushort.Parse(escaped.Slice(at + 2, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            at += 6;
            if (unit == 0)
            {
                return "contains a NUL character";
            }

            if (char.IsLowSurrogate(unit) != highPending)
            {
                return LoneSurrogate;
            }

            highPending = char.IsHighSurrogate(unit);
        }

        return highPending ? LoneSurrogate : null;
    }

    private const string LoneSurrogate = "contains half of a surrogate pair";
}
