using System.Diagnostics.CodeAnalysis;

namespace Aurora.Grains.Interfaces;

/// <summary>What a pool may be called.</summary>
public static class PoolName
{
    /// <summary>The most characters of a name.</summary>
    public const int LengthMax = 64;

    /// <summary>The most pools of one node.</summary>
    public const int PerNodeMax = 16;

    /// <summary>What a name must be, for a person.</summary>
    public const string Rule = "1 to 64 letters, digits, '-', '_' or '.', the first one a letter or a digit";

    /// <summary>Whether the text may name a pool.</summary>
    public static bool IsValid([NotNullWhen(true)] string? text) =>
        text is { Length: > 0 and <= LengthMax } && char.IsAsciiLetterOrDigit(text[0])
        && text.All(each => char.IsAsciiLetterOrDigit(each) || each is '-' or '_' or '.');
}
