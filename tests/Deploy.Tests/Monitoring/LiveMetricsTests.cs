using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aurora.EndToEnd.Tests.Harness;
using Aurora.InferenceBackend;
using Aurora.Workloads.Tests.Inference;

namespace Aurora.Deploy.Tests.Monitoring;

/// <summary>The rules and the dashboard against a real silo that did a bit of everything, and a real Prometheus.</summary>
public sealed partial class LiveMetricsTests
{
    /// <summary>Documented, and without an occasion here: a node refuses an assignment only in a race, and nothing is preempted.</summary>
    private static readonly string[] Rare = ["aurora_scheduler_rejections_total", "aurora_preemptions_total"];

    // The node that tells a price has it long enough to be charged.
    private const string Priced = """{"task_type":"test","requirements":{"node_labels":{"of":"priced"}},"payload":{"sleep_ms":50}}""";

    [Fact]
    public async Task What_is_exposed_is_what_is_documented_and_every_panel_has_data()
    {
        await using var mesh = await MeshProcess.StartAsync(new MeshSettings { LocalNode = true, Environment = new Dictionary<string, string?> { ["AURORA_GPUS"] = "[]", ["AURORA_LABELS"] = "of=priced", ["AURORA_PRICE_PER_HOUR"] = "3600" } });
        await mesh.Client.SeeTaskAsync(await mesh.Client.SubmitForIdAsync(Priced), "completed");
        await DoABitOfEverythingAsync(mesh);

        // A simulated node succeeds at everything, so it joins after the task that has to fail.
        await using var simulated = AgentProcess.Simulate(mesh.Url, "sim", ("A40", 48));
        await using var inference = await InferenceNode.JoinAsync(mesh, "infers", new BackendBehaviour { Models = ["small"] });
        await ChatAsync(mesh);
        await mesh.Client.SubmitAsync("""{"task_type":"custom","script":"x.py","requirements":{"gpu_type":"B200"}}""");
        await using var counting = await CountingNode.JoinAsync(mesh.Url, "counts");
        var metrics = await Eventually.SeeAsync(
            "what nodes measure is shown",
            async () =>
            {
                await counting.BeatAsync();
                return await mesh.Client.TextAsync("metrics");
            },
            text => new[] { "aurora_gpu_power_watts{", "aurora_gpu_memory_used_bytes{", "aurora_gpu_energy_joules_total{", "aurora_gpu_errors_total{", "aurora_tasks_queued{", "aurora_cost_spent_total{", "aurora_cost_on_demand_total{" }.All(name => text.Contains(name, StringComparison.Ordinal)),
            () => mesh.Tail);

        Assert.All(
            DurationLine().Matches(metrics).Where(match => match.Value.Contains("http_route=\"/v1/chat/completions\"", StringComparison.Ordinal)),
            match => Assert.Contains("long_lived=\"true\"", match.Value, StringComparison.Ordinal));
        Assert.Equal(["ecc_corrected", "xid 79"], ErrorLine().Matches(metrics).Select(match => $"{match.Groups[1].Value} {match.Groups[2].Value}".Trim()).Order(StringComparer.Ordinal));
        var exposed = TypeLine().Matches(metrics).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        var documented = TableName().Matches(DeployFiles.ReadPage("monitoring.md").Split("## Metrics")[1].Split("## Traces")[0]).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(exposed.Where(name => name.StartsWith("aurora_", StringComparison.Ordinal)).Except(documented));
        Assert.Empty(documented.Except(exposed).Except(Rare));
        var named = DashboardFile.MetricsIn(DeployFiles.Read("prometheus", "aurora.rules.yml")).Concat(DashboardFile.Queries.SelectMany(query => DashboardFile.MetricsIn(query.Query)));
        Assert.Empty(named.Except(exposed));

        await using var prometheus = await PrometheusProcess.StartAsync(mesh.Url);
        foreach (var (panel, query) in DashboardFile.Queries)
        {
            // What is a rate or an increase needs things to go on happening.
            await prometheus.SeeDataAsync(panel, query, async () =>
            {
                await GoOnAsync(mesh);
                await counting.BeatAsync();
            });
        }
    }

    [Fact]
    public async Task What_is_gone_has_no_series()
    {
        await using var mesh = await MeshProcess.StartAsync();
        await using var node = await LegacyNode.JoinAsync(mesh.Url, "goes", "RTX 4090");
        await Eventually.SeeAsync("its GPU is shown", () => mesh.Client.TextAsync("metrics"), text => text.Contains("aurora_gpu_info{", StringComparison.Ordinal), () => mesh.Tail);

        node.Reset();

        await Eventually.SeeAsync(
            "its GPU is not shown any more, and the node as not up",
            () => mesh.Client.TextAsync("metrics"),
            text => !text.Contains("\naurora_gpu_info{", StringComparison.Ordinal) && NodeDown().IsMatch(text),
            () => mesh.Tail);
    }

    /// <summary>A task that completes, one that fails, one that is tried again, one that loses its node, a node that is lost, and a repeated request.</summary>
    private static async Task DoABitOfEverythingAsync(MeshProcess mesh)
    {
        await mesh.Client.SeeTaskAsync(await RepeatAsync(mesh), "completed");
        var failed = await mesh.Client.SubmitForIdAsync("""{"task_type":"test","fail":"on purpose"}""");
        await mesh.Client.SeeTaskAsync(failed, "failed");
        await using var node = await LegacyNode.JoinAsync(mesh.Url, "soon-lost", "RTX 4090");
        var orphan = await mesh.Client.SubmitForIdAsync("""{"task_type":"custom","script":"x.py","requirements":{"gpu_type":"RTX 4090","memory_gb":1}}""");
        await node.AssignmentAsync();
        await node.FailAsync(orphan, "on purpose");
        await node.AssignmentAsync();
        node.Reset();
        await mesh.Client.SeeTaskAsync(orphan, "queued");
    }

    private static async Task GoOnAsync(MeshProcess mesh)
    {
        await mesh.Client.SubmitAsync("""{"task_type":"test"}""");
        await mesh.Client.SubmitAsync(Priced);
        await ChatAsync(mesh);
    }

    private static async Task<string> RepeatAsync(MeshProcess mesh)
    {
        using var http = new HttpClient { BaseAddress = mesh.Url };
        http.DefaultRequestHeaders.Add("Idempotency-Key", "twice");
        JsonObject? answer = null;
        for (var i = 0; i < 2; i++)
        {
            using var response = await http.PostAsync("tasks/submit", new StringContent("""{"task_type":"test"}""", Encoding.UTF8, "application/json"));
            answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
        }

        return answer!.Text("task_id");
    }

    /// <summary>A streamed request, and a whole one, whose server counts its tokens.</summary>
    private static async Task ChatAsync(MeshProcess mesh)
    {
        using var http = new HttpClient { BaseAddress = mesh.Url };
        foreach (var stream in new[] { "true", "false" })
        {
            using var response = await http.PostAsync("v1/chat/completions", new StringContent(
                $$"""{"model":"small","stream":{{stream}},"messages":[{"role":"user","content":"Hello"}]}""", Encoding.UTF8, "application/json"));
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        }
    }

    [GeneratedRegex(@"^aurora_node_up\{.*node=""goes"".*\} 0$", RegexOptions.Multiline)]
    private static partial Regex NodeDown();

    [GeneratedRegex(@"`(aurora_[a-z_]+)`(?=[^|]*\| (?:gauge|counter|histogram))")]
    private static partial Regex TableName();

    [GeneratedRegex(@"^aurora_gpu_errors_total\{.*kind=""([^""]*)"".*xid=""([^""]*)"".*\}", RegexOptions.Multiline)]
    private static partial Regex ErrorLine();

    [GeneratedRegex(@"^http_server_request_duration_seconds_count\{.*\}", RegexOptions.Multiline)]
    private static partial Regex DurationLine();

    [GeneratedRegex(@"^# TYPE (\S+) ", RegexOptions.Multiline)]
    private static partial Regex TypeLine();
}
