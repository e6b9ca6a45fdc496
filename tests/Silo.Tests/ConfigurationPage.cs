using System.Text.RegularExpressions;

namespace Aurora.Silo.Tests;

/// <summary>The tables of <c>docs/configuration.md</c>: one row for a variable, or for several that are alike.</summary>
internal static partial class ConfigurationPage
{
    /// <summary>Each variable with its default as it is written, by section. A variable of several sections is there for each.</summary>
    public static IReadOnlyList<(string Section, string Variable, string Default)> Rows { get; } = [.. Read()];

    private static IEnumerable<(string, string, string)> Read()
    {
        var section = "";
        foreach (var line in File.ReadLines(Path.Combine(Root(), "docs", "configuration.md")))
        {
            if (line.StartsWith('#'))
            {
                section = line.TrimStart('#', ' ');
            }
            else if (Row().Match(line) is { Success: true } row)
            {
                foreach (Match variable in Code().Matches(row.Groups["names"].Value))
                {
                    yield return (section, variable.Groups[1].Value, row.Groups["default"].Value.Trim());
                }
            }
        }
    }

    private static string Root()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Aurora.Orleans.sln")))
            {
                return directory.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No Aurora.Orleans.sln above {AppContext.BaseDirectory}.");
    }

    [GeneratedRegex(@"^\| (?<names>`[A-Za-z].*?) \| (?<default>.*?) \| .+ \|$")]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
