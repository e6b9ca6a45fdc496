using System.Text.RegularExpressions;

namespace Aurora.Repository.Tests;

/// <summary>docs/invariants.md names files and tests; a name that is no more says that a promise may be kept no more.</summary>
public sealed partial class InvariantsTests
{
    private const string Page = "docs/invariants.md";
    private const int InvariantsCount = 34;

    private static List<string[]> Rows => [.. RepositoryFiles.ReadLines(Page).Where(line => Row().IsMatch(line)).Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))];

    [Fact]
    public void Every_invariant_has_a_row_with_a_file_that_keeps_it_and_a_test_that_shows_it()
    {
        Assert.Equal(Enumerable.Range(1, InvariantsCount).Select(number => $"P{number}"), Rows.Select(row => row[0]));
        Violations.AssertNone(
            from row in Rows
            where row.Length != 5 || !Names(row[2]).Any(IsFile) || !Names(row[3]).Any(name => TestName().IsMatch(name))
            select $"{Page}: {row[0]} needs five cells, a file and a test");
    }

    [Fact]
    public void Every_file_that_is_named_exists() => Violations.AssertNone(
        from name in Names(RepositoryFiles.Read(Page)).Distinct()
        where IsFile(name)
        let count = RepositoryFiles.All.Count(file => file == name || file.EndsWith("/" + name, StringComparison.Ordinal))
        where count != 1
        select $"{Page} names {name}, of which there are {count}");

    [Fact]
    public void Every_test_that_is_named_exists()
    {
        var tests = RepositoryFiles.WithExtension(".cs").Where(file => file.StartsWith("tests/", StringComparison.Ordinal)).Select(RepositoryFiles.Read).ToList();

        Violations.AssertNone(
            from name in Names(RepositoryFiles.Read(Page)).Distinct()
            where TestName().IsMatch(name)
            let parts = name.Split('.')
            where !tests.Any(text => Declares(text, parts[0]) && (parts.Length == 1 || text.Contains($" {parts[1]}(", StringComparison.Ordinal)))
            select $"{Page} names {name}, which does not exist");
    }

    private static bool Declares(string text, string type) => Regex.IsMatch(text, $@"\bclass {type}\b");

    private static bool IsFile(string name) => FileName().IsMatch(name);

    private static IEnumerable<string> Names(string text) => Quoted().Matches(text).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"^\| P\d+ \|")]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^[\w./-]+\.(?:cs|js|sql|txt)$")]
    private static partial Regex FileName();

    [GeneratedRegex(@"^\w+(?:Tests|Conformance)(?:\.\w+)?$")]
    private static partial Regex TestName();
}
