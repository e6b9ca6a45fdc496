using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Scheduling.Lifecycle;

namespace Aurora.Grains.Tests;

public sealed class QuarantineTests(MeshCluster mesh) : IClassFixture<MeshCluster>
{
    [Fact]
    public async Task A_quarantine_survives_its_scheduler_and_a_node_that_comes_out_of_one_is_tried_with_one_task()
    {
        await using var doubted = await mesh.JoinAsync("doubted", Given.Node(gpusInGb: 96));
        await using var tried = await mesh.JoinAsync("tried", Given.Node(gpusInGb: 96));
        await mesh.Store.SetQuarantineAsync("doubted", DateTimeOffset.UtcNow.AddHours(1), 3, CancellationToken.None);
        await mesh.Store.SetQuarantineAsync("tried", DateTimeOffset.UtcNow.AddMinutes(-1), 2, CancellationToken.None);
        await mesh.ReplaceSchedulerAsync();
        await MeshCluster.EventuallyAsync(mesh.Scheduler.GetMeshAsync, seen => Status(seen, "doubted") == "quarantined" && Status(seen, "tried") == "active", "the new scheduler to know both");

        var (first, _) = await mesh.SubmitAsync(Given.GpuTask(memoryGb: 60));
        var (second, _) = await mesh.SubmitAsync(Given.GpuTask(memoryGb: 20));
        Assert.Equal(("assigned", "queued"), ((await mesh.GetAsync(first)).Status, (await mesh.GetAsync(second)).Status));

        await tried.CompleteAsync((await tried.NextAssignmentAsync()).Id);
        await tried.NextAssignmentAsync();
        await MeshCluster.EventuallyAsync(async () => (await mesh.Store.GetNodeAsync("tried", CancellationToken.None))!.Quarantines, count => count == 0, "its success to be remembered");

        static string Status(MeshView seen, string nodeId) => seen.Nodes.SingleOrDefault(node => node.NodeId == nodeId)?.Status ?? "";
    }

    [Fact]
    public async Task A_quarantine_is_stored_when_it_begins()
    {
        var (taskId, _) = await mesh.SubmitAsync(Given.GpuTask(memoryGb: 40));
        for (var time = 0; time < NodeHealth.LossesInWindow; time++)
        {
            await using var node = await mesh.JoinAsync("flaps", Given.Node(gpusInGb: 48));
            await node.NextAssignmentAsync();
        }

        var row = await MeshCluster.EventuallyAsync(() => mesh.Store.GetNodeAsync("flaps", CancellationToken.None), row => row!.QuarantinedUntil is not null, "the quarantine in the store");
        Assert.Equal(1, row!.Quarantines);
        await mesh.Scheduler.CancelAsync(taskId);
    }
}
