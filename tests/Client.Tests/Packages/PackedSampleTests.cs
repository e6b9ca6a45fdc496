using System.IO.Compression;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aurora.Client.Tests.Conformance;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Client.Tests.Packages;

/// <summary>The packages as another repository gets them: packed, restored, built against, and run against a mesh.</summary>
[Collection(nameof(RealMesh))]
public sealed class PackedSampleTests(RealMesh real) : IDisposable
{
    private static readonly string[] Projects = ["Grains.Interfaces", "Submissions", "Client.Abstractions", "Client.Http", "Client", "Client.Extensions.AI"];

#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private readonly TemporaryDirectory work = new();

    private string Packages => Path.Combine(work.Path, "packages");

    public void Dispose() => work.Dispose();

    [Fact]
    public async Task A_sample_service_runs_on_the_packed_packages()
    {
        await PackAsync();
        Assert.Equal(Projects.Length, Directory.GetFiles(Packages, "*.nupkg").Length);
        foreach (var package in Directory.GetFiles(Packages, "Aurora.Mesh.Client*.nupkg").Append(Assert.Single(Directory.GetFiles(Packages, "Aurora.Mesh.Extensions.AI.*.nupkg"))))
        {
            using var archive = await ZipFile.OpenReadAsync(package, TestContext.Current.CancellationToken);
            Assert.Contains(archive.Entries, entry => entry.FullName == "README.md");
            Assert.Contains(archive.Entries, entry => entry.FullName.EndsWith(".xml", StringComparison.Ordinal) && entry.FullName.StartsWith("lib/net10.0/Aurora.", StringComparison.Ordinal));
        }

        var service = await BuildAsync();
        var url = new Uri($"http://127.0.0.1:{FreePort.Take()}");
        await using var process = ChildProcess.Start("dotnet", [service], new Dictionary<string, string?>
        {
            ["ASPNETCORE_URLS"] = url.ToString(),
            ["Aurora__Addresses__0"] = real.Url.ToString(),
            ["Model"] = "test-chat",
        });
        using var http = new HttpClient { BaseAddress = url };
        await Eventually.SeeAsync("the service is healthy", () => http.GetStringAsync("health"), health => health == "Healthy", () => process.Tail);

        var submitted = await ReadAsync(await http.PostAsJsonAsync("summaries", new[] { new { content = "one" }, new { content = "two" } }));
        var read = await ReadAsync(await http.GetAsync($"summaries/{submitted["group"]}"));
        Assert.Equal(1, (double)read["progress"]!);
        Assert.Equal(["one", "two"], read["results"]!.AsArray().Select(result => (string?)result!["result"]!["echo"]!["text"]));

        await Eventually.SeeAsync("the node offers its models", () => real.Http.ListModelsAsync(TestContext.Current.CancellationToken), models => models.Count > 0);
        var words = JsonNode.Parse(await (await http.PostAsJsonAsync("summaries/now", new { content = "a long text" })).EnsureSuccessStatusCode().Content.ReadAsStringAsync())!.AsArray();
        Assert.Equal("word0 word1 word2 word3 word4", string.Concat(words.Select(word => (string?)word)));
    }

    /// <summary>All in one run of the SDK, which takes seconds to begin.</summary>
    private async Task PackAsync()
    {
        var filter = Path.Combine(work.Path, "packages.slnf");
        await File.WriteAllTextAsync(filter, JsonSerializer.Serialize(new
        {
            solution = new { path = Path.Combine(Product.Root, "Aurora.Orleans.sln"), projects = Projects.Select(project => $"{project}/{project}.csproj") },
        }));
        await DotnetCommand.RunAsync("pack", filter, "--no-build", "-c", Configuration, $"-p:PackageOutputPath={Packages}");
    }

    /// <summary>Builds the sample away from this repository. Packages that the machine has are taken from there; ours only from the pack.</summary>
    private async Task<string> BuildAsync()
    {
        var sample = Path.Combine(work.Path, "SummaryService");
        Directory.CreateDirectory(sample);
        foreach (var file in Directory.GetFiles(Path.Combine(Product.Root, "samples", "SummaryService")))
        {
            File.Copy(file, Path.Combine(sample, Path.GetFileName(file)));
        }

        var known = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        await DotnetCommand.RunAsync(
            "build", Path.Combine(sample, "SummaryService.csproj"), "-c", "Release", "-o", Path.Combine(work.Path, "out"), $"-p:RestoreAdditionalProjectSources={Packages}",
            $"-p:RestorePackagesPath={Path.Combine(work.Path, "cache")}", $"-p:RestoreFallbackFolders={known}", "-p:WarningsNotAsErrors=NU1603");
        return Path.Combine(work.Path, "out", "SummaryService.dll");
    }

    private static async Task<JsonNode> ReadAsync(HttpResponseMessage response) =>
        JsonNode.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!;
}
