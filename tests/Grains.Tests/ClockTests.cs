using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Grains.Tests;

public sealed class ClockTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_clock_that_is_set_takes_no_work_from_a_node_that_is_there_and_hides_none_that_is_gone(int hours)
    {
        await using var mesh = new ClockedMesh();
        await mesh.InitializeAsync();
        await using var steady = await mesh.JoinAsync("steady");
        var (taskId, _) = await mesh.SubmitAsync();
        var order = await steady.NextAssignmentAsync();
        await using var gone = await mesh.JoinAsync("gone");
        gone.FallSilent();

        mesh.Clock.Set(TimeSpan.FromHours(hours));

        await MeshCluster.EventuallyAsync(
            mesh.Scheduler.GetMeshAsync,
            seen => seen.Nodes.Single(node => node.NodeId == "gone").Status == "disconnected",
            "the silent node to be lost");
        Assert.Equal(ReportVerdict.Accepted, await steady.CompleteAsync(order.Id));
        Assert.Equal(("completed", 1), ((await mesh.GetAsync(taskId)).Status, (await mesh.GetAsync(taskId)).Attempt));
    }

    private sealed class ClockedMesh : MeshCluster
    {
        public AdjustedTime Clock { get; } = new();

        protected override TimeProvider Time => Clock;

        // Long enough that only the clock could make a beating node look silent.
        protected override TimeSpan LostAfter => TimeSpan.FromSeconds(5);
    }
}
