using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Scheduling.Lifecycle;

namespace Aurora.Grains.Tests;

/// <summary>Nodes that die with what they run. Each test has a mesh of its own, for a node that falls silent is a node that others could use.</summary>
public sealed class CrashTests
{
    [Fact]
    public async Task A_task_that_takes_its_nodes_down_with_it_ends_with_the_third()
    {
        await using var mesh = new MeshCluster();
        await mesh.InitializeAsync();
        var (taskId, _) = await mesh.SubmitAsync();

        for (var death = 0; death < RetryPolicy.MaxCrashes; death++)
        {
            var victim = await mesh.JoinAsync($"victim-{death}");
            var history = await RunAndFallSilentAsync(victim);
            Assert.Equal((death, death), (history.Losses, history.Crashes));
        }

        var dead = await mesh.Client.GetGrain<ITaskGrain>(taskId).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(("failed", "3 nodes died while it ran on them, the last one victim-2: it is taken for the cause"), (dead!.Status, dead.Error));

        Assert.Equal(RetryOutcome.Queued, await mesh.Client.GetGrain<ITaskGrain>(taskId).RetryAsync());
        await using var survivor = await mesh.JoinAsync("survivor");
        Assert.Equal(new AttemptHistory(0, 0, 3), (await survivor.NextAssignmentAsync()).History);
    }

    [Fact]
    public async Task An_agent_that_is_killed_and_comes_back_at_once_without_its_task_counts_as_well()
    {
        await using var mesh = new MeshCluster();
        await mesh.InitializeAsync();
        await mesh.SubmitAsync();
        await RunAndFallSilentAsync(await mesh.JoinAsync("killed"));
        await MeshCluster.EventuallyAsync(
            mesh.Scheduler.GetMeshAsync, seen => seen.Nodes.Single().Status == "suspect", "the node to be missed");

        await using var next = await mesh.JoinAsync("killed", Given.Node(instance: "two"));

        Assert.Equal(new AttemptHistory(0, 1, 3) { Crashes = 1 }, (await next.NextAssignmentAsync()).History);
    }

    [Fact]
    public async Task A_node_that_was_only_cut_off_blames_nobody()
    {
        await using var mesh = new MeshCluster();
        await mesh.InitializeAsync();
        await mesh.SubmitAsync();
        await RunAndFallSilentAsync(await mesh.JoinAsync("cut-off"));
        await MeshCluster.EventuallyAsync(
            mesh.Scheduler.GetMeshAsync, seen => seen is { Nodes: [{ Status: "disconnected" }], QueuedTasks: 1 }, "the node to be lost");

        await using var back = await mesh.JoinAsync("cut-off");
        await RunAndFallSilentAsync(back);
        await using var other = await mesh.JoinAsync("other");

        Assert.Equal(new AttemptHistory(0, 2, 3) { Crashes = 1 }, (await other.NextAssignmentAsync()).History);
    }

    [Fact]
    public async Task That_a_crash_was_none_is_stored_at_once_and_an_order_from_before_does_not_bring_it_back()
    {
        await using var mesh = new MeshCluster();
        await mesh.InitializeAsync();
        var (taskId, _) = await mesh.SubmitAsync();
        await RunAndFallSilentAsync(await mesh.JoinAsync("cut-off"));
        await using var other = await mesh.JoinAsync("other");
        var order = await other.NextAssignmentAsync();
        Assert.Equal(new AttemptHistory(0, 1, 3) { Crashes = 1 }, order.History);
        Assert.Equal(1, (await StoredAsync()).Crashes);

        await using var back = await mesh.JoinAsync("cut-off");
        await MeshCluster.EventuallyAsync(StoredAsync, stored => stored.Crashes == 0, "the crash to be taken back");
        await other.ReportAsync(order.Id, AttemptReportKind.Failed, error: "boom");

        Assert.Equal(new RetryState(1, 1, 3), await StoredAsync());

        async Task<RetryState> StoredAsync() => (await mesh.Store.GetAsync(taskId, CancellationToken.None))!.Retry;
    }

    [Theory]
    [InlineData("""{"price":{"tenure":"spot","per_hour":1}}""", true)]
    [InlineData("{}", false)]
    public async Task A_node_that_may_be_taken_away_and_a_task_that_had_not_begun_count_as_losses_alone(string facts, bool isRunning)
    {
        await using var mesh = new MeshCluster();
        await mesh.InitializeAsync();
        await mesh.SubmitAsync();
        var victim = await mesh.JoinAsync("victim", Given.Node() with { Facts = facts });
        await RunAndFallSilentAsync(victim, isRunning);

        await using var next = await mesh.JoinAsync("next");

        Assert.Equal(new AttemptHistory(0, 1, 3), (await next.NextAssignmentAsync()).History);
    }

    private static async Task<AttemptHistory> RunAndFallSilentAsync(RecordingNode node, bool isRunning = true)
    {
        var order = await node.NextAssignmentAsync();
        if (isRunning)
        {
            await node.ReportAsync(order.Id, AttemptReportKind.Started);
        }

        node.FallSilent();
        return order.History;
    }
}
