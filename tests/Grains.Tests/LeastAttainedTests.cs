using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Scheduling.Planning;

namespace Aurora.Grains.Tests;

/// <summary>A pool whose operator chose that whoever had least goes first, from the first attempt to the rebuilt scheduler.</summary>
public sealed class LeastAttainedTests : IAsyncLifetime
{
    private readonly ServiceMesh mesh = new();

    public async ValueTask InitializeAsync() => await mesh.InitializeAsync();

    public ValueTask DisposeAsync() => mesh.DisposeAsync();

    [Fact]
    public async Task A_task_that_had_its_turn_leaves_for_a_fresh_one_and_goes_behind_others_even_after_the_scheduler_was_rebuilt()
    {
        await using var node = await mesh.JoinAsync("a", Given.Node() with { Features = [NodeRegistration.PreemptFeature] });
        var (served, _) = await mesh.SubmitAsync(Given.GpuTask(20));
        var first = await node.NextAssignmentAsync();
        await node.ReportAsync(first.Id, AttemptReportKind.Started);
        mesh.Clock.Pass(TimeSpan.FromHours(2));
        var (fresh, _) = await mesh.SubmitAsync(Given.GpuTask(20));

        var asked = await node.NextPreemptionAsync();
        Assert.Equal(new LeavingAttempt(first.Id, fresh), asked);
        await node.LeaveAsync(asked, ran: TimeSpan.FromHours(2));
        var second = await node.NextAssignmentAsync();
        Assert.Equal(fresh, second.TaskId);
        Assert.InRange((await mesh.Store.GetAsync(served, CancellationToken.None))!.AttainedGpuSeconds, 7_100, 7_500);
        var (last, _) = await mesh.SubmitAsync(Given.GpuTask(20));

        mesh.Store.IsDown = true;
        await Assert.ThrowsAnyAsync<Exception>(() => mesh.SubmitAsync(Given.GpuTask(20, priority: 0)));
        mesh.Store.IsDown = false;
        await MeshCluster.EventuallyAsync(
            () => mesh.Client.GetGrain<ITaskGrain>(served).ExplainAsync()!, view => view!.Summary.Contains("it has had 2 GPU hours", StringComparison.Ordinal),
            "the rebuilt scheduler knows what the task has had");
        await node.CompleteAsync(second.Id);
        Assert.Equal(last, (await node.NextAssignmentAsync()).TaskId);
    }

    private sealed class ServiceMesh : MeshCluster
    {
        public AdjustedTime Clock { get; } = new();

        protected override PlannerSettings Planner { get; } = new() { Preemption = true, PoolQueues = new Dictionary<string, QueueProfile> { ["default"] = QueueProfile.LeastAttained } };

        protected override TimeProvider Time => Clock;

        // Long enough that only the clock could make a beating node look silent.
        protected override TimeSpan LostAfter => TimeSpan.FromSeconds(30);
    }
}
