using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.EndToEnd.Tests;

/// <summary>The whole mesh goes down and comes back: nothing that was accepted is lost, nothing ends twice.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task A_silo_with_a_node_of_its_own_and_an_agent_end_cleanly_when_asked()
    {
        await using var mesh = await MeshProcess.StartAsync(new MeshSettings { LocalNode = true });
        await using var agent = AgentProcess.Start(mesh.Url, "stopped", []);
        await mesh.Client.SeeNodeAsync(MeshSettings.NodeName);
        await mesh.Client.SeeNodeAsync("stopped");

        await agent.StopAsync();
        await mesh.StopAsync();
    }

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task A_stopped_mesh_comes_back_with_every_task_and_node(StoreKind store)
    {
        await using var mesh = await MeshProcess.StartAsync(await store.SettingsAsync());
        await using var node = await LegacyNode.JoinAsync(mesh.Url, "kept-node", "KEPT 1");
        var completed = await SubmitAsync(mesh, "KEPT 1");
        await node.CompleteAsync((await node.AssignmentAsync()).Text("task_id"), new() { ["kept"] = true });
        await mesh.Client.SeeTaskAsync(completed, "completed");
        var running = await SubmitAsync(mesh, "KEPT 1");
        await node.AssignmentAsync();
        var waiting = await SubmitAsync(mesh, "NOT HERE");

        await mesh.StopAsync();
        await node.DisposeAsync();
        await mesh.StartAgainAsync();

        Assert.True((await mesh.Client.GetAsync("mesh/nodes")).Object("nodes").ContainsKey("kept-node"), "the node is remembered");
        Assert.True((await mesh.Client.TaskAsync(completed)).Object("result")["kept"]!.GetValue<bool>());
        var active = (await mesh.Client.GetAsync("tasks/active")).Object("tasks");
        Assert.Equal(new[] { running, waiting }.Order(), active.Select(task => task.Key).Order());

        await using var again = await LegacyNode.JoinAsync(mesh.Url, "kept-node", "KEPT 1");
        Assert.Equal(running, (await again.AssignmentAsync()).Text("task_id"));
        await again.CompleteAsync(running, []);
        await mesh.Client.SeeTaskAsync(running, "completed");
        Assert.Equal("queued", (await mesh.Client.TaskAsync(waiting)).Text("status"));
    }

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task A_mesh_killed_in_mid_run_completes_every_accepted_task_once(StoreKind store)
    {
        await using var mesh = await MeshProcess.StartAsync(await store.SettingsAsync());
        await using var agent = AgentProcess.Simulate(mesh.Url, "sim", Gpus.Rtx4090, Gpus.A40, Gpus.M3Max);
        await mesh.Client.SeeStatusAsync("three nodes are active", status => status.Number("total_nodes") == 3);
        var ids = await Workload.SubmitMixedAsync(mesh.Client, 100, sleepMilliseconds: 150);
        await mesh.Client.SeeStatusAsync("some tasks are completed", status => status.Number("completed_tasks") > 0);

        await mesh.KillAsync();
        await mesh.StartAgainAsync();

        await Workload.AllCompleteOnceAsync(mesh.Client, ids);
        await Workload.EachHasItsResultAsync(mesh.Client, ids);
    }

    [Fact]
    public async Task A_task_that_survives_the_coordinator_on_its_node_is_not_run_again()
    {
        await using var mesh = await MeshProcess.StartAsync();
        await using var agent = AgentProcess.Start(mesh.Url, "survivor", [Gpus.Rtx4090]);
        await mesh.Client.SeeNodeAsync("survivor");
        var taskId = await mesh.Client.SubmitForIdAsync(
            """{"task_type":"test","requirements":{"gpu_count":1,"memory_gb":4},"payload":{"sleep_ms":4000}}""");
        await mesh.Client.SeeTaskAsync(taskId, "running");

        await mesh.KillAsync();
        await mesh.StartAgainAsync();

        var task = await mesh.Client.SeeTaskAsync(taskId, "completed");
        Assert.Equal(1, task.Number("attempt"));
    }

    private static Task<string> SubmitAsync(MeshProcess mesh, string gpuType) => mesh.Client.SubmitForIdAsync(
        $$$"""{"task_type":"llm_inference","requirements":{"gpu_type":"{{{gpuType}}}","memory_gb":1}}""");
}
