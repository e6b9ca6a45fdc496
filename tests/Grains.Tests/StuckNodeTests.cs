using Aurora.Grains.Interfaces.Events;
using Aurora.Grains.Interfaces.Schedulers;

namespace Aurora.Grains.Tests;

public sealed class StuckNodeTests
{
    [Fact]
    public async Task A_node_with_a_process_that_cannot_be_killed_gets_no_work_until_it_is_gone()
    {
        await using var mesh = new MeshCluster();
        await mesh.InitializeAsync();
        await using var node = await mesh.JoinAsync("hanging");
        node.Closed = "process 7 of task_x (attempt 1) cannot be killed";
        var stuck = await StatusAsync(mesh, "stuck");
        var (taskId, outcome) = await mesh.SubmitAsync();

        Assert.Equal(node.Closed, stuck.StatusReason);
        Assert.Equal((null, false), (outcome.Node, node.HasAssignment));

        node.Closed = null;
        var order = await node.NextAssignmentAsync();

        Assert.Equal((taskId, 1), (order.TaskId, order.Attempt));
        Assert.Null((await StatusAsync(mesh, "active")).StatusReason);
        var events = (await mesh.Client.GetGrain<IMeshEventsGrain>("default").ReadLatestAsync(100, taskId: null)).Events;
        Assert.Equal([MeshEventKinds.NodeStuck, MeshEventKinds.NodeActive], events.Select(happened => happened.Kind).Where(kind => kind is MeshEventKinds.NodeStuck or MeshEventKinds.NodeActive));
    }

    private static async Task<NodeStatusView> StatusAsync(MeshCluster mesh, string status) =>
        (await MeshCluster.EventuallyAsync(mesh.Scheduler.GetMeshAsync, seen => seen.Nodes.Single().Status == status, status)).Nodes.Single();
}
