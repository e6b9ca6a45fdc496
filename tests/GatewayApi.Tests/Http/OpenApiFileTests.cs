using System.Text.Json;
using System.Text.Json.Nodes;
using Aurora.GatewayApi.Tests.Fakes;

namespace Aurora.GatewayApi.Tests.Http;

/// <summary>The committed OpenAPI document is the live one, so that a change of the surface is seen in review.</summary>
public sealed class OpenApiFileTests(GatewayFixture gateway) : GatewayTest(gateway)
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

    private async Task<JsonObject> LiveAsync()
    {
        var live = JsonNode.Parse(await (await Client.GetAsync("/openapi/v1.json")).Content.ReadAsStringAsync())!.AsObject();

        // The version of this build is no part of the surface.
        live["info"]!["version"] = "v1";
        return live;
    }

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
}
