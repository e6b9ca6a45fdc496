using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Options;
using Microsoft.Extensions.DependencyInjection;

namespace Aurora.Grains.Tests;

public sealed class MassLossTests
{
    [Fact]
    public async Task Connections_that_break_together_are_held_like_nodes_that_fall_silent_together()
    {
        await using var mesh = new GracefulMesh();
        await mesh.InitializeAsync();
        var nodes = new List<(RecordingNode Node, AttemptAssignment Order)>();
        for (var index = 0; index < 6; index++)
        {
            var node = await mesh.JoinAsync($"node-{index}", Given.Node(maxParallel: 1));
            await mesh.SubmitAsync();
            nodes.Add((node, await node.NextAssignmentAsync()));
        }

        await using var idle = await mesh.JoinAsync("idle", Given.Node(maxParallel: 6));
        nodes.ForEach(each => each.Node.FallSilent());
        await Task.WhenAll(nodes.Select(each => each.Node.Grain.DisconnectAsync(each.Node.Epoch, "socket reset", mayReturn: true)));
        await MeshCluster.EventuallyAsync(
            mesh.Scheduler.GetMeshAsync, seen => seen.Nodes.Count(node => node.Status == "disconnected") == 6, "the six to be lost");

        // The only free place is on the idle node, and who is held gets none there.
        Assert.False(idle.HasAssignment);
        foreach (var (node, order) in nodes)
        {
            await using var back = await mesh.JoinAsync($"node-{nodes.FindIndex(each => each.Node == node)}", Given.Node(maxParallel: 1, running: [order.Id]));
            Assert.Empty(back.Reply!.Stop);
            await back.CompleteAsync(order.Id);
            Assert.Equal(("completed", 1), ((await mesh.GetAsync(order.TaskId)).Status, (await mesh.GetAsync(order.TaskId)).Attempt));
        }
    }

    /// <summary>A closed connection is given up long before a silent node is.</summary>
    private sealed class GracefulMesh : MeshCluster
    {
        protected override TimeSpan LostAfter => TimeSpan.FromSeconds(60);

        protected override void Configure(IServiceCollection services) =>
            services.Configure<LeaseOptions>(options => options.ReconnectGrace = TimeSpan.FromMilliseconds(200));
    }
}
