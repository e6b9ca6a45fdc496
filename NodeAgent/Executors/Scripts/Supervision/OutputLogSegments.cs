using System.Globalization;

namespace Aurora.NodeAgent.Executors.Scripts.Supervision;

/// <summary>The files of a run's output log. Each is named by its first line's number; the oldest goes when there is too much.</summary>
internal static class OutputLogSegments
{
    /// <summary>The kept part is this many segments.</summary>
    public const int Count = 4;

    private const string Suffix = ".ndjson";

    public static string PathOf(string directory, long firstNumber) =>
        Path.Combine(directory, firstNumber.ToString("D15", CultureInfo.InvariantCulture) + Suffix);

    /// <summary>What there is, oldest first; none where there is no log.</summary>
    public static IReadOnlyList<string> In(string directory)
    {
        try
        {
            return [.. Directory.EnumerateFiles(directory, "*" + Suffix).Order(StringComparer.Ordinal)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }
}
