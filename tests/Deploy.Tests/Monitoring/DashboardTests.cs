using System.Text.RegularExpressions;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Deploy.Tests.Monitoring;

public sealed partial class DashboardTests
{
    [Fact]
    public void It_is_the_dashboard_that_is_announced()
    {
        Assert.Equal("GPU Mesh Dashboard", (string?)DashboardFile.Json["title"]);
        Assert.Equal("aurora-gpu-mesh", (string?)DashboardFile.Json["uid"]);
        Assert.Null(DashboardFile.Json["id"]);
        Assert.Equal(42, (int?)DashboardFile.Json["schemaVersion"]);
    }

    [Fact]
    public async Task It_has_only_what_Grafanas_types_have() =>
        Assert.Empty(await GrafanaTypes.FaultsAsync([.. Directory.EnumerateFiles(Path.Combine(DeployFiles.Folder, "grafana", "dashboards"), "*.json")]));

    [Fact]
    public async Task What_Grafanas_types_do_not_have_is_found()
    {
        (string Good, string Bad, string Fault)[] changes =
        [
            ("\"schemaVersion\": 42", "\"schemaVersion\": \"42\"", "dashboard: Type 'string' is not assignable to type 'number'"),
            ("\"editable\": true", "\"editable\": \"yes\"", "dashboard: Type 'string' is not assignable to type 'boolean"),
            ("\"refresh\": 1", "\"refresh\": 7", "dashboard: Type '7' is not assignable to type 'VariableRefresh"),
            ("\"type\": \"stat\"", "\"type\": \"statt\"", "panel 'Coordinators up': Type '\"statt\"' is not assignable"),
            ("\"refId\": \"A\"", "\"ref\": \"A\"", "panel 'Coordinators up': Object literal may only specify known properties, and '\"ref\"'"),
            ("\"unit\":", "\"units\":", "panel 'Coordinators up': Object literal may only specify known properties, and '\"units\"'"),
            ("\"colorMode\": \"value\"", "\"colorMode\": \"valu\"", "panel 'Coordinators up': Type '\"valu\"' is not assignable"),
            ("\"mode\": \"line\"", "\"mode\": \"lines\"", "panel 'Time to choose a node': Type '\"lines\"' is not assignable"),
            ("\"rowHeight\":", "\"rowHeigth\":", "panel 'Nodes up': Object literal may only specify known properties, and '\"rowHeigth\"'"),
        ];
        var text = DeployFiles.Read("grafana", "dashboards", "gpu-mesh.json");
        using var folder = new TemporaryDirectory();
        var paths = changes.Select((change, index) =>
        {
            var path = Path.Combine(folder.Path, $"{index}.json");
            var at = text.IndexOf(change.Good, StringComparison.Ordinal);
            Assert.True(at >= 0, change.Good);
            File.WriteAllText(path, text[..at] + change.Bad + text[(at + change.Good.Length)..]);
            return path;
        }).ToArray();

        var faults = await GrafanaTypes.FaultsAsync(paths);

        Assert.All(
            changes.Zip(paths),
            change => Assert.Contains(faults, fault => fault.StartsWith($"{change.Second}: {change.First.Fault}", StringComparison.Ordinal)));
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

    [GeneratedRegex("/var/lib/grafana/dashboards")]
    private static partial Regex DashboardFolder();
}
