using System.Net;
using System.Text.Json.Nodes;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.EndToEnd.Tests;

/// <summary>Three silos on one PostgreSQL are one mesh that outlives each of them.</summary>
public sealed class ClusterTests
{
    private const string Task = """{"task_type":"test","requirements":{"gpu_count":1,"memory_gb":2},"payload":{"sleep_ms":100}}""";

    [Fact]
    public async Task Any_gateway_answers_and_the_work_outlives_the_silo_that_scheduled_it()
    {
        var settings = await StoreKind.Postgres.SettingsAsync();

        // The first silo is alone when the scheduler is first called, so the scheduler is there.
        await using var first = await MeshProcess.StartAsync(settings);
        await using var second = await MeshProcess.StartAsync(settings);
        await using var third = await MeshProcess.StartAsync(settings);
        await Eventually.SeeAsync(
            "three gateways are named to agents",
            () => third.Client.GetAsync("mesh/bootstrap"),
            bootstrap => bootstrap.Array("gateways").Count == 3,
            () => third.Tail);
        await using var agent = AgentProcess.Simulate(second.Url, "sim", Gpus.Rtx4090, Gpus.A40, Gpus.M3Max);
        await third.Client.SeeStatusAsync("three nodes are active", status => status.Number("total_nodes") == 3);
        var ids = await Workload.SubmitMixedAsync(first.Client, 40, sleepMilliseconds: 300);
        await second.Client.SeeStatusAsync("some tasks are completed", status => status.Number("completed_tasks") > 0);

        await first.KillAsync();
        for (var i = 0; i < 20; i++)
        {
            ids.Add(await SubmitWithRetryAsync(i % 2 == 0 ? second : third, $"after-the-kill-{i}"));
        }

        await Workload.AllCompleteOnceAsync(third.Client, ids);
        await Workload.EachHasItsResultAsync(second.Client, ids);
    }

    [Fact]
    public async Task Pools_whose_scheduler_was_elsewhere_go_on_when_a_silo_is_killed_and_the_others_come_back()
    {
        var settings = await StoreKind.Postgres.SettingsAsync();
        await using var first = await MeshProcess.StartAsync(settings);
        await using var second = await MeshProcess.StartAsync(settings);
        await using var common = AgentProcess.Start(second.Url, "common", [Gpus.A40]);

        // Alone, the first silo gets the scheduler of the default pool. Where those of other pools begin is for the cluster to
        // choose: nodes with new pools join until one of them is at the second silo.
        List<string> pools = [], survivors = [];
        List<AgentProcess> agents = [];
        try
        {
            while (survivors.Count == 0)
            {
                Assert.True(agents.Count < 10, "The schedulers of 60 pools all began at the silo that is about to be killed.");
                string[] joining = [.. Enumerable.Range(pools.Count + 1, 6).Select(number => $"pool-{number}")];
                agents.Add(AgentProcess.Start(second.Url, $"shared-{agents.Count}", [Gpus.A40], ("AURORA_POOLS", string.Join(',', joining)), ("AURORA_TRANSPORT", "websocket")));
                pools.AddRange(joining);
                await Eventually.SeeAsync(
                    "every pool has its scheduler",
                    () => System.Threading.Tasks.Task.FromResult(pools.Where(pool => !TookEpoch(first, pool) && !TookEpoch(second, pool)).ToList()),
                    without => without.Count == 0,
                    () => second.Tail);
                survivors.AddRange(pools.Where(pool => TookEpoch(second, pool)));
            }

            await GoesOnWithoutAsync(first, second, survivors.Concat(pools.Except(survivors)).Append("default"));
        }
        finally
        {
            foreach (var agent in agents)
            {
                await agent.DisposeAsync();
            }
        }
    }

    private static bool TookEpoch(MeshProcess mesh, string pool) => mesh.Output.Contains($"Scheduler of pool {pool} took epoch", StringComparison.Ordinal);

    private static async Task GoesOnWithoutAsync(MeshProcess first, MeshProcess second, IEnumerable<string> pools)
    {
        await first.KillAsync();
        List<string> ids = [];
        foreach (var pool in pools)
        {
            ids.Add(await SubmitWithRetryAsync(second, $"after-the-kill-{pool}", pool));
        }

        await Workload.AllCompleteOnceAsync(second.Client, ids);
        await Workload.EachHasItsResultAsync(second.Client, ids);
    }

    [Fact]
    public async Task A_repeat_through_another_gateway_names_the_same_task()
    {
        var settings = await StoreKind.Postgres.SettingsAsync();
        await using var first = await MeshProcess.StartAsync(settings);
        await using var second = await MeshProcess.StartAsync(settings);

        var answers = await System.Threading.Tasks.Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => SubmitWithRetryAsync(i % 2 == 0 ? first : second, "the-same-key")));

        Assert.Single(answers.Distinct());
        Assert.Single((await second.Client.GetAsync("tasks/active")).Object("tasks"));
    }

    [Fact]
    public async Task An_upgrade_silo_by_silo_loses_nothing_and_refuses_nobody_for_good()
    {
        var settings = await StoreKind.Postgres.SettingsAsync();
        await using var first = await MeshProcess.StartAsync(settings);
        await using var second = await MeshProcess.StartAsync(settings);
        await using var agent = AgentProcess.Simulate(second.Url, "sim", Gpus.Rtx4090, Gpus.A40);
        await first.Client.SeeStatusAsync("two nodes are active", status => status.Number("total_nodes") == 2);
        List<string> ids = [];

        foreach (var (stopped, other) in new[] { (first, second), (second, first) })
        {
            // While it stops, while it is away, and while it comes back.
            var stopping = stopped.StopAsync();
            ids.Add(await SubmitWithRetryAsync(other, $"while-stopping-{ids.Count}"));
            Assert.Equal(0, await stopping);
            ids.Add(await SubmitWithRetryAsync(other, $"while-away-{ids.Count}"));
            var starting = stopped.StartAgainAsync();
            ids.Add(await SubmitWithRetryAsync(other, $"while-starting-{ids.Count}"));
            await starting;
            ids.Add(await SubmitWithRetryAsync(stopped, $"through-the-new-one-{ids.Count}"));
        }

        await Workload.AllCompleteOnceAsync(first.Client, ids);
        await Workload.EachHasItsResultAsync(second.Client, ids);
    }

    /// <summary>What a client does: the same key until there is an answer.</summary>
    private static async Task<string> SubmitWithRetryAsync(MeshProcess mesh, string key, string pool = "default")
    {
        using var http = new HttpClient { BaseAddress = mesh.Url };
        var answer = await Eventually.SeeAsync(
            "the submit is accepted",
            async () =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "tasks/submit") { Content = new StringContent(Task.Replace("{\"task_type\"", $"{{\"pool\":\"{pool}\",\"task_type\"", StringComparison.Ordinal), null, "application/json") };
                request.Headers.Add("Idempotency-Key", key);
                using var response = await http.SendAsync(request);
                return (response.StatusCode, Body: await response.Content.ReadAsStringAsync());
            },
            answer => answer.StatusCode == HttpStatusCode.OK,
            () => mesh.Tail);
        return JsonNode.Parse(answer.Body)!.Text("task_id");
    }
}
