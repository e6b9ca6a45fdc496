using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.EndToEnd.Tests;

/// <summary>A machine of the mesh dies; the others finish its work.</summary>
public sealed class AgentLossTests
{
    [Fact]
    public async Task The_tasks_of_a_killed_agent_complete_on_the_other()
    {
        await using var mesh = await MeshProcess.StartAsync();
        await using var doomed = AgentProcess.Start(mesh.Url, "doomed", [Gpus.Rtx4090]);
        await using var survivor = AgentProcess.Start(mesh.Url, "survivor", [Gpus.A40]);
        await mesh.Client.SeeNodeAsync("doomed");
        await mesh.Client.SeeNodeAsync("survivor");
        var ids = await Workload.SubmitMixedAsync(mesh.Client, 40, sleepMilliseconds: 400);
        await Eventually.SeeAsync(
            "the doomed node has tasks",
            () => mesh.Client.GetAsync("mesh/nodes"),
            answer => answer["nodes"]!["doomed"]!.Number("active_tasks") > 0,
            () => mesh.Tail);

        await doomed.KillAsync();

        await Workload.AllCompleteOnceAsync(mesh.Client, ids);
        await Workload.EachHasItsResultAsync(mesh.Client, ids);
        Assert.NotEqual("active", (await mesh.Client.GetAsync("mesh/nodes"))["nodes"]!["doomed"]!.Text("status"));
    }

    [Fact]
    public async Task An_agent_that_comes_back_under_its_name_takes_work_again()
    {
        await using var mesh = await MeshProcess.StartAsync();
        await using (var first = AgentProcess.Start(mesh.Url, "returning", [Gpus.Rtx4090]))
        {
            await mesh.Client.SeeNodeAsync("returning");
            await first.KillAsync();
        }

        await using var second = AgentProcess.Start(mesh.Url, "returning", [Gpus.Rtx4090]);
        var taskId = await mesh.Client.SubmitForIdAsync("""{"task_type":"test","requirements":{"gpu_type":"RTX 4090","gpu_count":1,"memory_gb":1}}""");

        var task = await mesh.Client.SeeTaskAsync(taskId, "completed");
        Assert.Equal("returning", task.Text("assigned_node"));
    }
}
