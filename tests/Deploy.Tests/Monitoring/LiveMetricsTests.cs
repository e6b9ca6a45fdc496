using System.Text.RegularExpressions;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Deploy.Tests.Monitoring;

/// <summary>The rules and the dashboard against a real silo that did a bit of everything, and a real Prometheus.</summary>
public sealed partial class LiveMetricsTests
{
    /// <summary>What the rules and panels name and no silo exposes yet, as the page lists it.</summary>
    private static readonly HashSet<string> Awaited = [.. AwaitedRow().Matches(DeployFiles.ReadPage("monitoring.md")).Select(match => match.Groups[1].Value)];

    [Fact]
    public async Task Every_metric_that_is_named_is_exposed_and_every_panel_has_data()
    {
        await using var mesh = await MeshProcess.StartAsync(new MeshSettings { LocalNode = true, Environment = new Dictionary<string, string?> { ["AURORA_GPUS"] = "[]" } });
        await DoABitOfEverythingAsync(mesh);

        // A simulated node succeeds at everything, so it joins after the task that has to fail.
        await using var simulated = AgentProcess.Simulate(mesh.Url, "sim", ("A40", 48));
        await Eventually.SeeAsync(
            "the GPU of the simulated node is measured",
            () => mesh.Client.TextAsync("metrics"),
            text => text.Contains("aurora_gpu_power_watts{", StringComparison.Ordinal) && text.Contains("aurora_gpu_memory_used_bytes{", StringComparison.Ordinal),
            () => mesh.Tail);

        var named = DashboardFile.MetricsIn(DeployFiles.Read("prometheus", "aurora.rules.yml"))
            .Concat(DashboardFile.Queries.SelectMany(query => DashboardFile.MetricsIn(query.Query)))
            .ToHashSet(StringComparer.Ordinal);
        var exposed = TypeLine().Matches(await mesh.Client.TextAsync("metrics")).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        var missing = named.Except(exposed).Except(Awaited).ToList();
        Assert.True(missing.Count == 0, $"The silo does not expose {string.Join(", ", missing)}");
        var arrived = Awaited.Intersect(exposed).ToList();
        Assert.True(arrived.Count == 0, $"docs/monitoring.md still lists as awaited: {string.Join(", ", arrived)}");
        Assert.Equal(Awaited.Order(StringComparer.Ordinal), named.Intersect(Awaited).Order(StringComparer.Ordinal));

        await using var prometheus = await PrometheusProcess.StartAsync(mesh.Url);
        var answered = 0;
        foreach (var (panel, query) in DashboardFile.Queries.Where(query => !IsAwaited(query.Query)))
        {
            await prometheus.SeeDataAsync(panel, query);
            answered++;

            // What is a rate needs things to go on happening.
            await mesh.Client.SubmitAsync("""{"task_type":"test"}""");
        }

        Assert.True(answered >= 15, $"only {answered} queries were asked");
    }

    private static bool IsAwaited(string query) =>
        DashboardFile.MetricsIn(query).Any(Awaited.Contains);

    /// <summary>A task that completes, one that fails, one that loses its node, and a node that is lost.</summary>
    private static async Task DoABitOfEverythingAsync(MeshProcess mesh)
    {
        var done = await mesh.Client.SubmitForIdAsync("""{"task_type":"test"}""");
        await mesh.Client.SeeTaskAsync(done, "completed");
        var failed = await mesh.Client.SubmitForIdAsync("""{"task_type":"test","fail":"on purpose"}""");
        await mesh.Client.SeeTaskAsync(failed, "failed");
        await using var node = await LegacyNode.JoinAsync(mesh.Url, "soon-lost", "RTX 4090");
        var orphan = await mesh.Client.SubmitForIdAsync("""{"task_type":"custom","script":"x.py","requirements":{"gpu_type":"RTX 4090","memory_gb":1}}""");
        await node.AssignmentAsync();
        node.Reset();
        await mesh.Client.SeeTaskAsync(orphan, "queued");
    }

    [GeneratedRegex(@"^\| `(aurora_[a-z_]+)` \| awaited", RegexOptions.Multiline)]
    private static partial Regex AwaitedRow();

    [GeneratedRegex(@"^# TYPE (\S+) ", RegexOptions.Multiline)]
    private static partial Regex TypeLine();
}
