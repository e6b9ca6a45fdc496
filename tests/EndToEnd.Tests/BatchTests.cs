using System.Text.Json.Nodes;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.EndToEnd.Tests;

/// <summary>Many tasks in one request.</summary>
public sealed class BatchTests
{
    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task Ten_thousand_tasks_of_one_request_complete_once_each(StoreKind store)
    {
        await using var mesh = await MeshProcess.StartAsync(await store.SettingsAsync());
        await using var agent = AgentProcess.Simulate(mesh.Url, "sim", Gpus.Rtx4090, Gpus.A40, Gpus.M3Max);
        await mesh.Client.SeeStatusAsync("three nodes are active", status => status.Number("total_nodes") == 3);

        var ids = await Workload.SubmitBatchAsync(mesh.Client, 10_000);

        await Workload.AllCompleteOnceAsync(mesh.Client, ids);
    }

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task An_array_is_followed_read_and_cancelled_as_one(StoreKind store)
    {
        await using var mesh = await MeshProcess.StartAsync(await store.SettingsAsync());
        await using var agent = AgentProcess.Start(mesh.Url, "node", [Gpus.Rtx4090]);
        await mesh.Client.SeeStatusAsync("the node is active", status => status.Number("total_nodes") == 1);

        var done = (await mesh.Client.SubmitAsync("""{"task_type":"test","count":600,"payload":{"part":"{index}"}}""")).Text("group_id");
        var stuck = (await mesh.Client.SubmitAsync("""{"task_type":"test","count":600,"requirements":{"gpu_type":"H900","gpu_count":1}}""")).Text("group_id");
        await Eventually.SeeAsync("the group has ended", () => mesh.Client.GetAsync($"groups/{done}?wait=30s"), group => group.Number("completed") == 600, () => mesh.Tail);
        var results = (await mesh.Client.TextAsync($"groups/{done}/results")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        var (status, cancelled) = await mesh.Client.SendAsync(HttpMethod.Delete, $"groups/{stuck}");

        Assert.Equal(Enumerable.Range(0, 600), results.Select(line => line.Number("index")));
        Assert.All(results, line => Assert.Equal($"{line.Number("index")}", line.Object("result").Object("echo").Text("part")));
        Assert.Equal((200, """{"cancelled":600}"""), ((int)status, cancelled));
        Assert.Equal(600, (await mesh.Client.GetAsync($"groups/{stuck}")).Number("cancelled"));
    }
}
