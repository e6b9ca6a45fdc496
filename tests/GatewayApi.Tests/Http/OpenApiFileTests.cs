using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aurora.GatewayApi.Tests.Fakes;

namespace Aurora.GatewayApi.Tests.Http;

/// <summary>The committed OpenAPI document is the live one, so that a change of the surface is seen in review, and it is whole.</summary>
public sealed partial class OpenApiFileTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    [Fact]
    public async Task The_committed_document_equals_the_live_one()
    {
        var live = await LiveAsync();
        var written = Path.Combine(AppContext.BaseDirectory, "openapi.json");
        await File.WriteAllTextAsync(written, live.ToJsonString(Indented) + "\n");
        var committed = Committed();

        Assert.True(
            File.Exists(committed) && JsonNode.DeepEquals(live, JsonNode.Parse(await File.ReadAllTextAsync(committed))),
            $"The surface changed. If that is meant: cp '{written}' '{committed}', and read its diff.");
    }

    [Fact]
    public async Task Every_operation_has_a_name_of_its_own_a_group_and_its_path_s_parameters()
    {
        var operations = Operations(await LiveAsync());

        Assert.Empty(operations.GroupBy(each => (string?)each.Operation["operationId"]).Where(group => group.Key is null || group.Count() > 1).SelectMany(group => group).Select(each => each.Name));
        Assert.All((await LiveAsync())["tags"]!.AsArray(), tag => Assert.False(string.IsNullOrEmpty((string?)tag!["description"]), $"{tag["name"]} has no description"));
        Assert.Empty(operations.Where(each => each.Operation["tags"] is not JsonArray { Count: > 0 }).Select(each => each.Name));
        foreach (var (name, path, operation) in operations)
        {
            var declared = (operation["parameters"]?.AsArray() ?? []).Where(parameter => (string?)parameter!["in"] == "path").Select(parameter => (string)parameter!["name"]!);
            Assert.True(PathParameter().Matches(path).Select(match => match.Groups[1].Value).Order().SequenceEqual(declared.Order()), $"{name} declares {string.Join(", ", declared)}");
        }
    }

    [Fact]
    public async Task Every_refusal_has_a_body_and_what_needs_a_key_says_so()
    {
        foreach (var (name, _, operation) in Operations(await LiveAsync()))
        {
            var responses = operation["responses"]!.AsObject();
            Assert.All(
                responses.Where(response => response.Key is ['4' or '5', ..]),
                response => Assert.True(response.Value!["content"] is JsonObject { Count: > 0 }, $"{name} {response.Key} has no body"));
            var guarded = operation["security"] is JsonArray { Count: > 0 };
            Assert.True(guarded == responses.ContainsKey("401") && guarded == responses.ContainsKey("403"), $"{name} is {(guarded ? "guarded" : "open")} and answers {string.Join(", ", responses.Select(response => response.Key))}");
        }
    }

    [Fact]
    public async Task Every_reference_leads_somewhere()
    {
        var live = await LiveAsync();

        var missing = Reference().Matches(live.ToJsonString()).Select(match => match.Groups[1].Value).Distinct()
            .Where(path => path.Split('/').Aggregate((JsonNode?)live, (node, name) => node?[name]) is null);

        Assert.Empty(missing);
    }

    private async Task<JsonObject> LiveAsync()
    {
        var live = JsonNode.Parse(await (await Client.GetAsync("/openapi/v1.json")).Content.ReadAsStringAsync())!.AsObject();

        // The version of this build is no part of the surface.
        live["info"]!["version"] = "v1";
        return live;
    }

    private static List<(string Name, string Path, JsonNode Operation)> Operations(JsonObject document) => [.. document["paths"]!.AsObject().SelectMany(
        path => path.Value!.AsObject().Where(member => member.Key is not "parameters"),
        (path, operation) => ($"{operation.Key} {path.Key}", path.Key, operation.Value!))];

    private static string Committed()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Aurora.Orleans.sln")))
            {
                return Path.Combine(directory.FullName, "docs", "protocol", "openapi.json");
            }
        }

        throw new DirectoryNotFoundException($"No Aurora.Orleans.sln above {AppContext.BaseDirectory}.");
    }

    [GeneratedRegex(@"\{\**([^}:]+)[^}]*\}")]
    private static partial Regex PathParameter();

    [GeneratedRegex("""
        "\$ref":"#/([^"]+)"
        """)]
    private static partial Regex Reference();
}
