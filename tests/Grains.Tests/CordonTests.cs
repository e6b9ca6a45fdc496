using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Grains.Tests;

/// <summary>Nodes that an operator closes.</summary>
public sealed class CordonTests(MeshCluster mesh) : IClassFixture<MeshCluster>
{
    [Fact]
    public async Task A_cordoned_node_finishes_what_it_has_and_gets_nothing_new()
    {
        await using var closed = await mesh.JoinAsync("closed");
        await mesh.SubmitAsync();
        var running = await closed.NextAssignmentAsync();

        Assert.True(await mesh.Scheduler.SetCordonAsync("closed", cordoned: true, drainFor: null));
        var (_, outcome) = await mesh.SubmitAsync();
        await using var open = await mesh.JoinAsync("open");
        var elsewhere = await open.NextAssignmentAsync();
        await closed.CompleteAsync(running.Id);
        await open.CompleteAsync(elsewhere.Id);

        Assert.Equal("queued", outcome.Status);
        Assert.Equal("completed", (await mesh.GetAsync(running.TaskId)).Status);
        Assert.False(closed.HasAssignment);
        Assert.Equal("cordoned", await StatusOfAsync("closed"));
        await mesh.Scheduler.SetCordonAsync("closed", cordoned: false, drainFor: null);
        Assert.Equal("active", await StatusOfAsync("closed"));
    }

    [Fact]
    public async Task What_a_drained_node_still_runs_at_the_deadline_moves_elsewhere()
    {
        await using var emptied = await mesh.JoinAsync("emptied");
        var (taskId, _) = await mesh.SubmitAsync();
        var first = await emptied.NextAssignmentAsync();
        await using var other = await mesh.JoinAsync("other");

        await mesh.Scheduler.SetCordonAsync("emptied", cordoned: true, drainFor: TimeSpan.Zero);
        var stopped = await emptied.NextStopAsync();
        var second = await other.NextAssignmentAsync();
        await other.CompleteAsync(second.Id);

        Assert.Equal(first.Id, stopped);
        Assert.Equal((taskId, 2, 0), (second.TaskId, second.Attempt, second.History.Losses));
        Assert.Equal("drained", await StatusOfAsync("emptied"));
    }

    [Fact]
    public async Task What_a_drained_node_can_end_with_a_checkpoint_starts_elsewhere_only_when_it_has_ended()
    {
        await using var emptied = await mesh.JoinAsync("asked", Given.Node() with { Features = [NodeRegistration.PreemptFeature] });
        var (taskId, _) = await mesh.SubmitAsync();
        var first = await emptied.NextAssignmentAsync();
        await using var other = await mesh.JoinAsync("elsewhere");

        await mesh.Scheduler.SetCordonAsync("asked", cordoned: true, drainFor: TimeSpan.Zero);
        var asked = await emptied.NextPreemptionAsync();
        var explained = (await mesh.Client.GetGrain<ITaskGrain>(taskId).ExplainAsync())!.Summary;
        var before = (other.HasAssignment, (await mesh.GetAsync(taskId)).Attempt, await StatusOfAsync("asked"));
        Assert.Equal(ReportVerdict.Accepted, await emptied.LeaveAsync(asked));
        var second = await other.NextAssignmentAsync();
        await other.CompleteAsync(second.Id);

        Assert.Equal(new LeavingAttempt(first.Id, LeavingAttempt.ForDrain), asked);
        Assert.Contains("its node is drained, and it was asked to keep a checkpoint", explained, StringComparison.Ordinal);
        Assert.Equal((false, 1, "draining"), before);
        Assert.Equal((taskId, 2, 0, 0), (second.TaskId, second.Attempt, second.History.Failures, second.History.Losses));
        Assert.Equal("drained", await StatusOfAsync("asked"));
    }

    [Fact]
    public async Task A_node_that_never_joined_cannot_be_cordoned() =>
        Assert.False(await mesh.Scheduler.SetCordonAsync("nobody", cordoned: true, drainFor: null));

    private async Task<string> StatusOfAsync(string nodeId) =>
        (await mesh.Scheduler.GetMeshAsync()).Nodes.Single(node => node.NodeId == nodeId).Status;
}
