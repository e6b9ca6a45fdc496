using Aurora.Client.Abstractions.Testing;
using Aurora.Client.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Aurora.Client.Tests.Hosting;

public sealed class HealthTests
{
    [Fact]
    public async Task A_mesh_is_healthy_with_an_active_node_and_degraded_without()
    {
        var mesh = new InMemoryAuroraMesh();

        var open = await CheckAsync(mesh);
        await mesh.CordonAsync(InMemoryAuroraMesh.NodeName, TestContext.Current.CancellationToken);
        var closed = await CheckAsync(mesh);

        Assert.Equal((HealthStatus.Healthy, 1), (open.Status, open.Data["total_nodes"]));
        Assert.Equal(HealthStatus.Degraded, closed.Status);
    }

    [Fact]
    public async Task A_mesh_that_does_not_answer_is_unhealthy_and_says_why()
    {
        using var gateways = new Http.ScriptedGateways(null, null);
        using var mesh = new AuroraHttpMesh(new AuroraHttpMeshOptions { TriesMax = 2, RetryDelay = TimeSpan.FromMilliseconds(1) }, gateways);

        var result = await CheckAsync(mesh);

        Assert.Equal(HealthStatus.Unhealthy, result.Status);
        Assert.Contains("Connection refused", result.Description!, StringComparison.Ordinal);
    }

    private static async Task<HealthReportEntry> CheckAsync(IAuroraMesh mesh)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        services.AddSingleton(mesh);
        services.AddHealthChecks().AddAuroraMesh();
        await using var provider = services.BuildServiceProvider();
        return (await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken)).Entries["aurora"];
    }
}
