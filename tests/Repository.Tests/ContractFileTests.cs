using System.Text.RegularExpressions;

namespace Aurora.Repository.Tests;

/// <summary>
/// The analyzer refuses a grain method that the contract file lacks, but says nothing when the file itself is gone.
/// </summary>
public sealed partial class ContractFileTests
{
    private const string ContractFile = "Grains.Interfaces/OrleansContracts.txt";

    private static IEnumerable<(string File, string Text)> Sources => RepositoryFiles.WithExtension(".cs")
        .Where(file => file.StartsWith("Grains.Interfaces/", StringComparison.Ordinal))
        .Select(file => (file, RepositoryFiles.Read(file)));

    [Fact]
    public void The_contract_file_lists_every_grain_interface_and_observer()
    {
        var contract = RepositoryFiles.Read(ContractFile);

        var declared = Sources.SelectMany(source => GrainInterface().Matches(source.Text)).Select(match => match.Groups[1].Value).ToList();

        Assert.NotEmpty(declared);
        Assert.All(declared, name => Assert.Matches($@"(?m)^interface .*\.{name} \[Version", contract));
    }

    [Fact]
    public void The_analyzer_that_guards_the_contract_file_is_on() =>
        Assert.Contains(
            "<EnableOrleansContractsAnalyzer>true</EnableOrleansContractsAnalyzer>",
            RepositoryFiles.Read("Grains.Interfaces/Grains.Interfaces.csproj"),
            StringComparison.Ordinal);

    [Fact]
    public void An_interface_has_a_wire_name_that_survives_renaming_it() => Violations.AssertNone(
        from line in RepositoryFiles.ReadLines(ContractFile)
        let name = WireName().Match(line)
        where name.Success && !name.Groups[1].Value.StartsWith("aurora.", StringComparison.Ordinal)
        select line);

    [Fact]
    public void A_serialized_type_has_a_wire_name_that_survives_renaming_it() => Violations.AssertNone(
        from source in Sources
        from line in source.Text.Split('\n')
        where line.Contains("[GenerateSerializer", StringComparison.Ordinal) && !line.Contains("Alias(\"aurora.", StringComparison.Ordinal)
        select $"{source.File}: {line.Trim()}");

    [Fact]
    public void No_two_serialized_types_share_a_wire_name() => Violations.AssertNone(
        Sources.SelectMany(source => SerializedAlias().Matches(source.Text))
            .GroupBy(match => match.Groups[1].Value)
            .Where(group => group.Count() > 1)
            .Select(group => group.Key));

    [GeneratedRegex(@"interface (I\w+)(?:<\w+>)? : IGrain(?:With\w+|Observer)")]
    private static partial Regex GrainInterface();

    [GeneratedRegex(@"^interface \[GrainInterfaceType\(""([^""]+)""\)\]")]
    private static partial Regex WireName();

    [GeneratedRegex(@"Alias\(""(aurora\.[^""]+)""\)")]
    private static partial Regex SerializedAlias();
}
