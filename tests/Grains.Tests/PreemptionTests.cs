using Aurora.Grains.Interfaces.Events;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Scheduling.Planning;

namespace Aurora.Grains.Tests;

/// <summary>A mesh whose operator allows preemption.</summary>
public sealed class PreemptiveMesh : MeshCluster
{
    protected override PlannerSettings Planner { get; } = new() { Preemption = true };
}

/// <summary>Attempts that leave for a task of higher priority, from the request to the next attempt.</summary>
public sealed class PreemptionTests(PreemptiveMesh mesh) : IClassFixture<PreemptiveMesh>
{
    [Fact]
    public async Task A_victim_is_asked_holds_its_memory_until_it_is_gone_and_goes_back_in_line_without_a_failure()
    {
        await using var node = await JoinAsync("a");
        var (low, _) = await mesh.SubmitAsync(Given.GpuTask(20, priority: 1));
        var victim = await node.NextAssignmentAsync();
        var (urgent, outcome) = await mesh.SubmitAsync(Given.GpuTask(20, priority: 9));

        var asked = await node.NextPreemptionAsync();

        Assert.Equal("queued", outcome.Status);
        Assert.Equal(new LeavingAttempt(victim.Id, urgent), asked);
        Assert.Contains($"preempted for {urgent}", (await ExplainAsync(low)).Summary, StringComparison.Ordinal);
        Assert.Contains($"{low} of lower priority was asked to leave", (await ExplainAsync(urgent)).Summary, StringComparison.Ordinal);
        await BeatsAsync(node);
        Assert.False(node.HasAssignment);
        Assert.Equal(1, (await mesh.GetAsync(low)).Attempt);

        Assert.Equal(ReportVerdict.Accepted, await node.LeaveAsync(asked));
        var started = await node.NextAssignmentAsync();
        Assert.Equal(urgent, started.TaskId);
        var view = await mesh.GetAsync(low);
        Assert.Equal(("queued", $"preempted for {urgent}"), (view.Status, view.LastError));
        Assert.Contains($"it was preempted for {urgent}", (await ExplainAsync(low)).Summary, StringComparison.Ordinal);
        await node.CompleteAsync(started.Id);
        var second = await node.NextAssignmentAsync();
        Assert.Equal((low, 2, 0, 0), (second.TaskId, second.Attempt, second.History.Failures, second.History.Losses));
        await node.CompleteAsync(second.Id);
        var told = (await mesh.Client.GetGrain<IMeshEventsGrain>("default").ReadLatestAsync(100, low)).Events;
        Assert.Contains(told, happened => happened.Kind == MeshEventKinds.TaskPreempted && happened.Detail!.Contains(urgent, StringComparison.Ordinal));
        Assert.DoesNotContain(told, happened => happened.Kind == MeshEventKinds.TaskRequeued);
    }

    [Fact]
    public async Task A_scheduler_that_was_rebuilt_meanwhile_asks_nobody_else_and_starts_the_task_when_the_victim_is_gone()
    {
        await using var node = await JoinAsync("b", 24, 24);
        await mesh.SubmitAsync(Given.GpuTask(20, priority: 1));
        var one = await node.NextAssignmentAsync();
        await mesh.SubmitAsync(Given.GpuTask(20, priority: 1));
        var two = await node.NextAssignmentAsync();
        var (urgent, _) = await mesh.SubmitAsync(Given.GpuTask(20, priority: 9));
        var asked = await node.NextPreemptionAsync();

        mesh.Store.IsDown = true;
        await Assert.ThrowsAnyAsync<Exception>(() => mesh.SubmitAsync(Given.GpuTask(20, priority: 0)));
        mesh.Store.IsDown = false;
        await MeshCluster.EventuallyAsync(
            () => ExplainAsync(urgent), view => view.Summary.Contains("asked to leave", StringComparison.Ordinal), "the rebuilt scheduler knows who leaves");
        await BeatsAsync(node);

        var staying = asked.Attempt == one.Id ? two : one;
        Assert.DoesNotContain("preempted", (await ExplainAsync(staying.TaskId)).Summary, StringComparison.Ordinal);
        await node.LeaveAsync(asked);
        var started = await node.NextAssignmentAsync();
        Assert.Equal(urgent, started.TaskId);
        await node.CompleteAsync(started.Id);
        await node.CompleteAsync(staying.Id);
        await node.CompleteAsync((await node.NextAssignmentAsync()).Id);
    }

    [Fact]
    public async Task A_victim_that_ends_by_itself_meanwhile_has_ended_and_one_whose_node_is_lost_moves_on()
    {
        await using var node = await JoinAsync("c");
        var (low, _) = await mesh.SubmitAsync(Given.GpuTask(20, priority: 1));
        await node.NextAssignmentAsync();
        var (urgent, _) = await mesh.SubmitAsync(Given.GpuTask(20, priority: 9));
        var asked = await node.NextPreemptionAsync();

        await node.CompleteAsync(asked.Attempt);
        Assert.Equal("completed", (await mesh.GetAsync(low)).Status);
        var first = await node.NextAssignmentAsync();
        Assert.Equal(urgent, first.TaskId);
        await node.CompleteAsync(first.Id);

        var (lost, _) = await mesh.SubmitAsync(Given.GpuTask(20, priority: 1));
        await node.NextAssignmentAsync();
        var (second, _) = await mesh.SubmitAsync(Given.GpuTask(20, priority: 9));
        await node.NextPreemptionAsync();
        await node.Grain.DisconnectAsync(node.Epoch, "lost", mayReturn: false);
        await using var other = await JoinAsync("d", 24, 24);
        var moved = new[] { await other.NextAssignmentAsync(), await other.NextAssignmentAsync() };
        Assert.Equal(new[] { second, lost }.Order(StringComparer.Ordinal), moved.Select(assignment => assignment.TaskId).Order(StringComparer.Ordinal));
        await Task.WhenAll(moved.Select(assignment => other.CompleteAsync(assignment.Id)));
    }

    [Fact]
    public async Task Nobody_is_asked_on_a_node_that_does_not_understand_it_nor_at_priority_8()
    {
        await using var old = await mesh.JoinAsync("old", Given.Node());
        await mesh.SubmitAsync(Given.GpuTask(24, priority: 1));
        var left = await old.NextAssignmentAsync();
        await using var node = await JoinAsync("e");
        await mesh.SubmitAsync(Given.GpuTask(24, priority: 8));
        var critical = await node.NextAssignmentAsync();
        await using var third = await JoinAsync("f", 4);
        await mesh.SubmitAsync(Given.GpuTask(1, priority: 0));
        var small = await third.NextAssignmentAsync();
        var (urgent, _) = await mesh.SubmitAsync(Given.GpuTask(24, priority: 10));
        var (last, _) = await mesh.SubmitAsync(Given.GpuTask(4, priority: 9));

        // Who goes first is looked after first: this request shows that the other task found nobody.
        Assert.Equal(last, (await third.NextPreemptionAsync()).For);

        Assert.False(old.HasPreemption || node.HasPreemption);
        Assert.DoesNotContain("asked to leave", (await ExplainAsync(urgent)).Summary, StringComparison.Ordinal);
        Assert.Equal(CancelOutcome.Cancelled, await mesh.Scheduler.CancelAsync(urgent));
        Assert.Equal(CancelOutcome.Cancelled, await mesh.Scheduler.CancelAsync(last));
        await Task.WhenAll(old.CompleteAsync(left.Id), node.CompleteAsync(critical.Id), third.CompleteAsync(small.Id));
    }

    private Task<RecordingNode> JoinAsync(string nodeId, params int[] gpusInGb) =>
        mesh.JoinAsync(nodeId, Given.Node(gpusInGb: gpusInGb) with { Features = [NodeRegistration.PreemptFeature] });

    private async Task<Interfaces.Schedulers.ExplanationView> ExplainAsync(string taskId) =>
        (await mesh.Client.GetGrain<ITaskGrain>(taskId).ExplainAsync())!;

    // Several reports of the node, each of which lets the scheduler place what fits.
    private static async Task BeatsAsync(RecordingNode node)
    {
        for (var beat = 0; beat < 5; beat++)
        {
            await node.HeartbeatAsync();
        }
    }
}
