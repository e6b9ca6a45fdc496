namespace Aurora.Scheduling.Feasibility;

/// <summary>
/// Compares GPU types by tokens, that is runs of letters and digits, without regard to case. Every token of the wanted
/// type must be one of the GPU's: "RTX 4090" matches "NVIDIA GeForce RTX 4090", and "A40" does not match "A4000".
/// Neighbouring tokens may be written as one where a letter meets a digit, on either side: "RTX4090" is "RTX 4090".
/// A wanted type is a lower bound in words, so "RTX 4090" also matches "RTX 4090 Ti" and "RTX 4090 Laptop GPU".
/// </summary>
internal static class GpuTypeName
{
    // "RTX4090Ti" joins three tokens; no product name joins more.
    private const int JoinedMax = 3;

    public static bool Matches(string wanted, string present)
    {
        var words = JoinedWords(Tokens(present));
        return AllFound(Tokens(wanted), words);
    }

    /// <summary>The tokens in lower case.</summary>
    public static IReadOnlyList<string> Tokens(string name)
    {
        var tokens = new List<string>();
        var start = -1;
        for (var index = 0; index <= name.Length; index++)
        {
            var inside = index < name.Length && char.IsLetterOrDigit(name[index]);
            if (inside && start < 0)
            {
                start = index;
            }
            else if (!inside && start >= 0)
            {
                tokens.Add(name[start..index].ToLowerInvariant());
                start = -1;
            }
        }

        return tokens;
    }

    private static HashSet<string> JoinedWords(IReadOnlyList<string> tokens)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        for (var start = 0; start < tokens.Count; start++)
        {
            for (var length = 1; TryJoin(tokens, start, length) is { } word; length++)
            {
                words.Add(word);
            }
        }

        return words;
    }

    // Positions are reached rather than searched for, so a long wanted type costs no more than its length.
    private static bool AllFound(IReadOnlyList<string> tokens, HashSet<string> words)
    {
        var reached = new bool[tokens.Count + 1];
        reached[0] = true;
        for (var start = 0; start < tokens.Count; start++)
        {
            for (var length = 1; reached[start] && TryJoin(tokens, start, length) is { } word; length++)
            {
                reached[start + length] |= words.Contains(word);
            }
        }

        return reached[^1];
    }

    private static string? TryJoin(IReadOnlyList<string> tokens, int start, int length)
    {
        if (length > JoinedMax || start + length > tokens.Count)
        {
            return null;
        }

        for (var next = start + 1; next < start + length; next++)
        {
            if (char.IsDigit(tokens[next - 1][^1]) == char.IsDigit(tokens[next][0]))
            {
                return null;
            }
        }

        return string.Concat(tokens.Skip(start).Take(length));
    }
}
