using System.Text.RegularExpressions;

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
