using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Aurora.Deploy.Tests;

public sealed partial class ComposeTests
{
    private static readonly YamlMappingNode Compose = DeployFiles.Yaml("docker-compose.yml");

    [Theory]
    [InlineData("gpu-coordinator", "coordinator", "aurora-gpu-coordinator")]
    [InlineData("gpu-client", "gpu", "aurora-gpu-client")]
    [InlineData("postgres", "coordinator", "aurora-postgres")]
    [InlineData("prometheus", "monitoring", "aurora-prometheus")]
    [InlineData("grafana", "monitoring", "aurora-grafana")]
    public void A_service_has_its_documented_profile_and_container_name(string service, string profile, string container)
    {
        Assert.Equal([profile], Service(service).Texts("profiles"));
        Assert.Equal(container, Service(service).Text("container_name"));
    }

    [Fact]
    public void The_coordinator_serves_port_8001_and_starts_after_its_database()
    {
        var coordinator = Service("gpu-coordinator");

        Assert.Equal(["${AURORA_HTTP_BIND:-0.0.0.0}:8001:8001"], coordinator.Texts("ports"));
        Assert.Equal("http://0.0.0.0:8001", coordinator.Text("environment", "ASPNETCORE_URLS"));
        Assert.Equal("service_healthy", coordinator.Text("depends_on", "postgres", "condition"));
        Assert.Contains("Host=postgres;", coordinator.Text("environment", "ConnectionStrings__Aurora"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_gpu_node_reserves_every_nvidia_device_in_words_that_the_old_compose_knows()
    {
        var client = Service("gpu-client");
        var device = Assert.Single((YamlSequenceNode)client.At("deploy", "resources", "reservations", "devices"));

        Assert.Equal("nvidia", device.Text("driver"));
        Assert.Equal("all", device.Text("count"));
        Assert.Contains("gpu", device.Texts("capabilities"));
        Assert.False(client.Has("gpus"), "docker-compose 1.29 refuses 'gpus'.");
        Assert.Equal("${MESH_COORDINATOR_URL:-ws://10.0.0.1:8001}", client.Text("environment", "MESH_COORDINATOR_URL"));
    }

    [Theory]
    [InlineData("gpu-coordinator")]
    [InlineData("postgres")]
    [InlineData("prometheus")]
    [InlineData("grafana")]
    public void A_service_that_listens_says_when_it_is_healthy(string service) =>
        Assert.Equal("CMD", Service(service).Texts("healthcheck", "test").First());

    [Fact]
    public void Our_containers_are_told_only_what_the_product_reads()
    {
        foreach (var service in new[] { "gpu-coordinator", "gpu-client" })
        {
            DeployFiles.AssertKnown($"service {service}", Service(service).Names("environment"));
        }
    }

    [Fact]
    public void The_example_of_settings_has_every_setting_with_its_default()
    {
        var example = DeployFiles.Settings(DeployFiles.Read(".env.example"));
        var used = Reference().Matches(DeployFiles.Read("docker-compose.yml")).ToLookup(match => match.Groups[1].Value, match => match.Groups[2].Value);

        // Each service has its own default for these two; the example says so in words.
        Assert.Equal(example.Keys.Order(StringComparer.Ordinal), used.Select(setting => setting.Key).Where(name => name != "NODE_ROLE").Order(StringComparer.Ordinal));
        Assert.All(
            used.Where(setting => setting.Key is not ("NODE_NAME" or "NODE_ROLE")),
            setting => Assert.Equal([example[setting.Key]], setting.Distinct()));
    }

    [Fact]
    public void Every_volume_and_file_that_a_service_mounts_is_there()
    {
        var volumes = Compose.Names("volumes").ToHashSet(StringComparer.Ordinal);
        foreach (var service in Compose.Names("services"))
        {
            foreach (var source in Service(service).Texts("volumes").Select(mount => mount.Split(':')[0]))
            {
                Assert.True(
                    volumes.Contains(source) || Path.Exists(Path.Combine(DeployFiles.Folder, source)),
                    $"{service} mounts {source}, which is neither a volume nor a path under deploy/");
            }
        }
    }

    private static YamlNode Service(string name) => Compose.At("services", name);

    [GeneratedRegex(@"\$\{([A-Z_]+):-([^}]*)\}")]
    private static partial Regex Reference();
}
