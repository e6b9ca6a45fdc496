using System.Text.RegularExpressions;

namespace Aurora.Repository.Tests;

public sealed partial class DocumentationTests
{
    private const string Configuration = "docs/configuration.md";

    private static IEnumerable<string> ProductSources => RepositoryFiles.WithExtension(".cs")
        .Where(file => file.Split('/')[0] is not ("tests" or "bench" or "chaos"));

    [Fact]
    public void A_relative_link_leads_to_a_file() => Violations.AssertNone(
        from file in RepositoryFiles.WithExtension(".md")
        from Match link in Link().Matches(RepositoryFiles.Read(file))
        let target = link.Groups[1].Value.Split('#')[0]
        where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal)
        let path = Path.Combine(RepositoryFiles.Root, Path.GetDirectoryName(file)!, Uri.UnescapeDataString(target))
        where !File.Exists(path) && !Directory.Exists(path)
        select $"{file} links to {target}, which does not exist");

    [Fact]
    public void A_variable_that_the_code_reads_is_documented()
    {
        var documented = Names(RepositoryFiles.Read(Configuration)).ToHashSet(StringComparer.Ordinal);

        Violations.AssertNone(
            from file in ProductSources
            from Match literal in QuotedVariable().Matches(RepositoryFiles.Read(file))
            where !documented.Contains(literal.Groups[1].Value)
            select $"{file} reads {literal.Groups[1].Value}, which {Configuration} lacks");
    }

    [Fact]
    public void A_documented_variable_is_read_by_the_code()
    {
        // The tests' own variables are documented on the same page.
        var read = RepositoryFiles.WithExtension(".cs").SelectMany(file => Names(RepositoryFiles.Read(file))).ToHashSet(StringComparer.Ordinal);

        Violations.AssertNone(Names(RepositoryFiles.Read(Configuration)).Distinct().Except(read));
    }

    private static IEnumerable<string> Names(string text) => Variable().Matches(text).Select(match => match.Value);

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\b(?:(?:AURORA|NODE|MESH)_[A-Z0-9]+(?:_[A-Z0-9]+)*|GPU_ENABLED)\b")]
    private static partial Regex Variable();

    [GeneratedRegex(@"""((?:AURORA|NODE|MESH)_[A-Z0-9]+(?:_[A-Z0-9]+)*|GPU_ENABLED)""")]
    private static partial Regex QuotedVariable();
}
