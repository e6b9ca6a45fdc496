using System.Xml.Linq;

namespace Aurora.Repository.Tests;

public sealed class LayeringTests
{
    private static readonly Dictionary<string, string[]> AllowedReferences = new(StringComparer.Ordinal)
    {
        ["Scheduling"] = [],
        ["Grains.Interfaces"] = [],
        ["Client.Abstractions"] = [],
        ["Client.Extensions.AI"] = ["Client.Abstractions"],
        ["Client.Http"] = ["Client.Abstractions"],
        ["Client"] = ["Client.Abstractions", "Grains.Interfaces", "Submissions"],
        ["Submissions"] = ["Grains.Interfaces"],
        ["GpuProbes"] = [],
        ["Cli"] = ["Client.Abstractions", "Client.Http", "GpuProbes"],
        ["Storage"] = ["Scheduling"],
        ["Grains"] = ["Grains.Interfaces", "Scheduling", "Storage"],
        ["GatewayApi"] = ["Grains.Interfaces", "Submissions"],
        ["NodeAgent"] = ["GpuProbes", "Grains.Interfaces"],
        ["Silo"] = ["Grains", "GatewayApi", "NodeAgent", "Storage"],
    };

    // Signatures of a package that is optional on one system; compiled against in its place, never shipped.
    private const string VendorStub = "NvApiStub";

    private static readonly string[] Drivers = ["Npgsql", "Microsoft.Data.Sqlite"];

    // Orleans' ADO.NET clustering loads its driver by name, so a gateway of its own brings it and never calls it.
    private const string ClusterClient = "GatewayApi/GatewayApi.csproj";
    private static readonly string[] MayUseDrivers = ["Storage", "bench", "chaos", "tests"];

    private static IEnumerable<string> Projects => RepositoryFiles.WithExtension(".csproj");

    [Fact]
    public void Every_product_project_has_a_place_in_the_layers() => Assert.Equal(
        AllowedReferences.Keys.Order(StringComparer.Ordinal),
        Projects.Where(IsProduct).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));

    [Fact]
    public void A_project_references_only_the_layers_below_it() => Violations.AssertNone(
        from project in Projects.Where(IsProduct)
        from reference in References(project)
        where reference != VendorStub
        where !AllowedReferences[Path.GetFileNameWithoutExtension(project)].Contains(reference)
        select $"{project} must not reference {reference}");

    [Fact]
    public void Database_drivers_are_referenced_behind_the_store_only() => Violations.AssertNone(
        from project in Projects
        where !MayUseDrivers.Contains(TopFolder(project)) && project != ClusterClient
        from package in Items(project, "PackageReference")
        where Drivers.Contains(package)
        select $"{project} must not reference {package}");

    [Fact]
    public void Database_drivers_are_used_behind_the_store_only() => Violations.AssertNone(
        from file in RepositoryFiles.WithExtension(".cs")
        where !MayUseDrivers.Contains(TopFolder(file))
        from line in RepositoryFiles.ReadLines(file)
        where Drivers.Any(driver => line.StartsWith($"using {driver};", StringComparison.Ordinal))
        select $"{file}: {line}");

    /// <summary>A judge that shares code with the judged repeats its mistakes.</summary>
    [Fact]
    public void The_chaos_checker_references_nothing() => Assert.Empty(
        Items("chaos/Checker/Checker.csproj", "ProjectReference").Concat(Items("chaos/Checker/Checker.csproj", "PackageReference")));

    private static bool IsProduct(string project) => TopFolder(project) is not ("tests" or "bench" or "chaos" or "samples");

    private static string TopFolder(string file) => file.Split('/')[0];

    private static IEnumerable<string> References(string project) =>
        Items(project, "ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Replace('\\', '/')));

    private static IEnumerable<string> Items(string project, string item) =>
        XDocument.Parse(RepositoryFiles.Read(project)).Descendants(item).Select(element => (string?)element.Attribute("Include") ?? "");
}
