namespace Aurora.Grains.Tests;

/// <summary>How a node says that its GPUs are linked, to the GPUs that a task gets.</summary>
public sealed class LinkTests(MeshCluster mesh) : IClassFixture<MeshCluster>
{
    [Theory]
    [InlineData("""[["X","SYS","NV4"],["SYS","X","SYS"],["NV4","SYS","X"]]""", 2)]
    [InlineData("""[["X","NV4",null],["NV4","X",5],[]]""", 1)]
    [InlineData(""" "NV4" """, 1)]
    public async Task A_task_with_several_gpus_gets_those_that_the_node_says_are_linked(string links, int second)
    {
        await using var node = await mesh.JoinAsync("linked", Given.Node(gpusInGb: [24, 24, 24]) with { Facts = $$"""{"gpu_links":{{links}} }""" });

        await mesh.SubmitAsync(Given.GpuTask(memoryGb: 40, gpus: 2));

        var order = await node.NextAssignmentAsync();
        Assert.Equal([0, second], order.Gpus);
        await node.CompleteAsync(order.Id);
    }
}
