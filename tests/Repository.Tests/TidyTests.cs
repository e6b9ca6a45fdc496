using System.Text.RegularExpressions;

namespace Aurora.Repository.Tests;

public sealed partial class TidyTests
{
    private const int LinesMax = 400;

    private static readonly string[] TextExtensions =
        [".cs", ".csproj", ".props", ".md", ".json", ".yml", ".yaml", ".sh", ".py", ".js", ".mjs", ".c", ".sql", ".txt", ".http"];

    private static IEnumerable<string> TextFiles => RepositoryFiles.WithExtension(TextExtensions);

    private static IEnumerable<string> SourceFiles => RepositoryFiles.WithExtension(".cs");

    [Fact]
    public void A_source_file_is_short_enough_to_read() => Violations.AssertNone(
        from file in SourceFiles
        let lines = RepositoryFiles.ReadLines(file).Length
        where lines > LinesMax
        select $"{file} has {lines} lines; split it by noun");

    [Fact]
    public void No_line_ends_in_blanks() => Violations.AssertNone(Matches(TextFiles, TrailingBlanks()));

    [Fact]
    public void Nothing_is_left_for_later() => Violations.AssertNone(Matches(TextFiles, LeftForLater()));

    [Fact]
    public void No_test_is_skipped_and_nothing_sleeps() => Violations.AssertNone(Matches(SourceFiles, SkippedOrSleeping()));

    [Fact]
    public void Nothing_depends_on_the_machine_it_was_written_on() => Violations.AssertNone(Matches(TextFiles, MachinePath()));

    [Fact]
    public void Names_say_what_a_thing_is() => Violations.AssertNone(
        Matches(SourceFiles, VagueType()).Concat(SourceFiles.Where(file => VaguePath().IsMatch(file))));

    [Fact]
    public void Imports_are_in_order() => Violations.AssertNone(
        from file in SourceFiles
        let imports = RepositoryFiles.ReadLines(file)
            .Where(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal))
            .TakeWhile(line => Import().IsMatch(line)).ToList()
        let first = imports.Zip(imports.Order(ImportOrder.Instance)).FirstOrDefault(pair => pair.First != pair.Second)
        where first.First is not null
        select $"{file}: '{first.Second}' goes before '{first.First}' (`dotnet format` sorts them)");

    [Fact]
    public void A_namespace_follows_its_folder() => Violations.AssertNone(
        from file in SourceFiles
        let text = RepositoryFiles.Read(file)
        let declared = Namespace().Match(text).Groups[1].Value
        where !Path.GetFileNameWithoutExtension(file).EndsWith("Extensions", StringComparison.Ordinal)
        where declared.Length > 0 && declared != NamespaceOf(file)
        select $"{file} declares {declared}, its folder says {NamespaceOf(file)}");

    private static string NamespaceOf(string file)
    {
        var folders = file.Split('/')[..^1];
        return "Aurora." + string.Join('.', folders[0] switch
        {
            "tests" => folders[1..],
            "bench" => ["Bench", .. folders[1..]],
            "chaos" => ["Chaos", .. folders[1..]],
            _ => folders,
        });
    }

    private static IEnumerable<string> Matches(IEnumerable<string> files, Regex pattern) =>
        from file in files
        where Path.GetFileName(file) != "TidyTests.cs"
        from line in RepositoryFiles.ReadLines(file).Index()
        where pattern.IsMatch(line.Item)
        select $"{file}:{line.Index + 1}: {line.Item.Trim()}";

    [GeneratedRegex(@"^using [\w.= <>,]+;$")]
    private static partial Regex Import();

    [GeneratedRegex(@"[ \t]+$")]
    private static partial Regex TrailingBlanks();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException")]
    private static partial Regex LeftForLater();

    [GeneratedRegex(@"\bSkip\s*=\s*""|\bThread\.Sleep\b")]
    private static partial Regex SkippedOrSleeping();

    [GeneratedRegex(@"(?<![\w.])/(work|home|root|Users)/\w|[A-Z]:\\Users\\")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\b(class|record|struct|interface|enum)\s+\w*(Utils?|Helpers?|Manager|Common)\b")]
    private static partial Regex VagueType();

    [GeneratedRegex(@"(Utils?|Helpers?|Manager|Common)(\.cs|/)")]
    private static partial Regex VaguePath();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
