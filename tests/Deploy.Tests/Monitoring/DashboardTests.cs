using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aurora.Testing;

namespace Aurora.Deploy.Tests.Monitoring;

public sealed partial class DashboardTests
{
    private static readonly JsonElement Schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Monitoring", "grafana-dashboard.schema.json"))).RootElement;

    [Fact]
    public void It_is_the_dashboard_that_is_announced()
    {
        Assert.Equal("GPU Mesh Dashboard", (string?)DashboardFile.Json["title"]);
        Assert.Equal("aurora-gpu-mesh", (string?)DashboardFile.Json["uid"]);
        Assert.Null(DashboardFile.Json["id"]);
        Assert.Equal(42, (int?)DashboardFile.Json["schemaVersion"]);
    }

    [Fact]
    public void It_has_only_what_Grafanas_schema_has() => Assert.Empty(JsonShape.Faults(Element(DashboardFile.Json), Schema, "dashboard"));

    [Theory]
    [InlineData("\"schemaVersion\": 42", "\"schemaVersion\": 41", "dashboard: schemaVersion is 41 and must be one of [42]")]
    [InlineData("\"type\": \"stat\"", "\"type\": \"statt\"", "dashboard: panels[1]: type is \"statt\" and must be one of")]
    [InlineData("\"refId\": \"A\"", "\"ref\": \"A\"", "targets[0] lacks refId")]
    [InlineData("\"unit\":", "\"units\":", "has an undocumented units")]
    [InlineData("\"editable\": true", "\"editable\": \"yes\"", "dashboard: editable is \"yes\" and must be boolean")]
    public void What_the_schema_does_not_have_is_found(string good, string bad, string fault)
    {
        var text = DeployFiles.Read("grafana", "dashboards", "gpu-mesh.json");
        Assert.Contains(good, text, StringComparison.Ordinal);

        using var changed = JsonDocument.Parse(text.Replace(good, bad, StringComparison.Ordinal));
        Assert.Contains(JsonShape.Faults(changed.RootElement, Schema, "dashboard"), found => found.Contains(fault, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_panel_asks_something_and_the_queries_of_one_have_names_of_their_own()
    {
        foreach (var panel in DashboardFile.Panels.Where(panel => (string?)panel["type"] != "row"))
        {
            var targets = panel["targets"]!.AsArray();
            Assert.NotEmpty(targets);
            Assert.Equal(targets.Count, targets.Select(target => (string?)target!["refId"]).Distinct().Count());
            Assert.True((string?)panel["type"] == "state-timeline" || panel["fieldConfig"]?["defaults"]?["unit"] is not null, $"{panel["title"]} has no unit");
        }
    }

    [Fact]
    public void Panels_have_ids_of_their_own_and_do_not_overlap()
    {
        var panels = DashboardFile.Panels.ToList();
        Assert.Equal(panels.Count, panels.Select(panel => (int)panel["id"]!).Distinct().Count());

        var cells = from panel in panels
                    let place = panel["gridPos"]!
                    from x in Enumerable.Range((int)place["x"]!, (int)place["w"]!)
                    from y in Enumerable.Range((int)place["y"]!, (int)place["h"]!)
                    select (x, y, Title: (string)panel["title"]!);
        Assert.All(cells.GroupBy(cell => (cell.x, cell.y)), cell => Assert.Single(cell));
        Assert.All(cells, cell => Assert.InRange(cell.x, 0, 23));
    }

    [Fact]
    public void Every_query_goes_to_the_data_source_that_was_chosen()
    {
        var sources = DashboardFile.Panels.SelectMany(panel => panel["targets"]?.AsArray().Append(panel) ?? []).Select(item => (string?)item!["datasource"]!["uid"]);

        Assert.All(sources, uid => Assert.Equal("${datasource}", uid));
        Assert.Equal(["datasource", "job"], DashboardFile.Json["templating"]!["list"]!.AsArray().Select(variable => (string?)variable!["name"]));
    }

    [Fact]
    public void The_provisioned_paths_are_the_ones_that_compose_mounts()
    {
        var path = DeployFiles.Yaml("grafana", "provisioning", "dashboards", "aurora.yml").At("providers");
        var folder = DashboardFolder().Match(path.ToString()).Value;

        Assert.Contains($"./grafana/dashboards:{folder}:ro", DeployFiles.Yaml("docker-compose.yml").Texts("services", "grafana", "volumes"));
        Assert.Contains("http://prometheus:9090", DeployFiles.Read("grafana", "provisioning", "datasources", "prometheus.yml"), StringComparison.Ordinal);
    }

    private static JsonElement Element(JsonNode json) => JsonDocument.Parse(json.ToJsonString()).RootElement;

    [GeneratedRegex("/var/lib/grafana/dashboards")]
    private static partial Regex DashboardFolder();
}
