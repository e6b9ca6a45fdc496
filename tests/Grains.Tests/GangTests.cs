using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Grains.Tests;

/// <summary>Tasks of several nodes, from the submit to the end of the last member.</summary>
public sealed class GangTests(MeshCluster mesh) : IClassFixture<MeshCluster>
{
    [Fact]
    public async Task A_gang_starts_on_all_its_nodes_and_is_completed_with_the_last_member()
    {
        await using var nodes = await JoinAsync(3);
        var (taskId, outcome) = await mesh.SubmitAsync(Gang(3));
        var orders = await nodes.NextAssignmentsAsync(taskId);

        Assert.Equal("queued", outcome.Status);
        Assert.Equal([0, 1, 2], orders.Select(order => order.Gang!.Rank));
        Assert.All(orders, order => Assert.Equal((taskId, 1), (order.TaskId, order.Attempt)));
        Assert.All(orders, order => Assert.Equal([0], order.Gpus));
        Assert.Single(orders.Select(order => string.Join(',', order.Gang!.Members.Select(member => member.Address))).Distinct());
        Assert.Equal("host-a,host-b,host-c", string.Join(',', orders[0].Gang!.Members.Select(member => member.Address).Order()));
        Assert.InRange(Assert.Single(orders.Select(order => order.Gang!.Port).Distinct()), 20_000, 29_999);

        await nodes.Of(orders[1]).ReportAsync(orders[1].Id, AttemptReportKind.Started);
        Assert.Equal(ReportVerdict.Accepted, await nodes.Of(orders[0]).ReportAsync(orders[0].Id, AttemptReportKind.Completed, """{"from":0}"""));
        Assert.Equal(ReportVerdict.Accepted, await nodes.Of(orders[2]).ReportAsync(orders[2].Id, AttemptReportKind.Completed, """{"from":2}"""));
        var between = await mesh.GetAsync(taskId);
        Assert.Equal(("running", null, orders[0].Gang!.Members[0].NodeId), (between.Status, between.Result, between.AssignedNode));
        Assert.Equal([true, false, true], between.Members.Select(member => member.HasEnded));

        var waits = mesh.Client.GetGrain<ITaskGrain>(taskId).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(ReportVerdict.Accepted, await nodes.Of(orders[1]).ReportAsync(orders[1].Id, AttemptReportKind.Completed, """{"from":1}"""));
        Assert.Equal(("completed", """{"from":0}"""), ((await waits)!.Status, (await waits)!.Result));
        await FreeAsync(nodes);
    }

    [Fact]
    public async Task A_gang_is_completed_once_and_by_each_of_its_nodes_and_the_next_scheduler_counts_the_same()
    {
        await using var nodes = await JoinAsync(3);
        var before = await mesh.Scheduler.GetMeshAsync();
        var (taskId, _) = await mesh.SubmitAsync(Gang(3));
        await CompleteAsync(nodes, await nodes.NextAssignmentsAsync(taskId));

        foreach (var isNext in new[] { false, true })
        {
            if (isNext)
            {
                await mesh.ReplaceSchedulerAsync();
            }

            var after = await MeshCluster.EventuallyAsync(
                mesh.Scheduler.GetMeshAsync, seen => seen.CompletedTasks > before.CompletedTasks, "one more that is completed");
            Assert.Equal(before.CompletedTasks + 1, after.CompletedTasks);
            Assert.All(["a", "b", "c"], node => Assert.Equal(CompletedOn(before, node) + 1, CompletedOn(after, node)));
        }

        static long CompletedOn(MeshView view, string node) => view.Nodes.Single(each => each.NodeId == node).CompletedTasks;
    }

    [Fact]
    public async Task Nobody_gets_a_part_of_a_gang_that_does_not_fit_yet()
    {
        await using var nodes = await JoinAsync(2);
        var (taskId, outcome) = await mesh.SubmitAsync(Gang(3));

        Assert.Contains("needs 3 nodes at once", outcome.Message, StringComparison.Ordinal);
        Assert.All(nodes.All, node => Assert.False(node.HasAssignment));
        nodes.Add(await mesh.JoinAsync("c", Node("c")));
        await CompleteAsync(nodes, await nodes.NextAssignmentsAsync(taskId));
        Assert.Equal("completed", (await mesh.GetAsync(taskId)).Status);
    }

    [Fact]
    public async Task A_member_that_fails_ends_the_attempt_for_all_and_the_next_one_begins_with_all()
    {
        await using var nodes = await JoinAsync(3);
        var (taskId, _) = await mesh.SubmitAsync(Gang(3));
        var orders = await nodes.NextAssignmentsAsync(taskId);
        await nodes.Of(orders[0]).CompleteAsync(orders[0].Id);

        await nodes.Of(orders[2]).ReportAsync(orders[2].Id, AttemptReportKind.Failed, error: "boom");

        Assert.Equal(orders[1].Id, await nodes.Of(orders[1]).NextStopAsync());
        var again = await nodes.NextAssignmentsAsync(taskId);
        Assert.All(again, order => Assert.Equal(2, order.Attempt));
        Assert.Equal(ReportVerdict.Stale, await nodes.Of(orders[1]).CompleteAsync(orders[1].Id));
        Assert.Contains($"member 2 of 3 on {orders[2].Gang!.Members[2].NodeId}: boom", (await mesh.GetAsync(taskId)).LastError, StringComparison.Ordinal);
        await CompleteAsync(nodes, again);
        Assert.Equal(("completed", 2), ((await mesh.GetAsync(taskId)).Status, (await mesh.GetAsync(taskId)).Attempt));
        await FreeAsync(nodes);
    }

    [Fact]
    public async Task A_failure_that_is_final_fails_the_task_and_stops_the_others()
    {
        await using var nodes = await JoinAsync(2);
        var (taskId, _) = await mesh.SubmitAsync(Gang(2));
        var orders = await nodes.NextAssignmentsAsync(taskId);

        await nodes.Of(orders[1]).ReportAsync(orders[1].Id, AttemptReportKind.Failed, error: "never", isFinal: true);

        Assert.Equal(orders[0].Id, await nodes.Of(orders[0]).NextStopAsync());
        Assert.Equal("failed", (await mesh.GetAsync(taskId)).Status);
        await FreeAsync(nodes);
    }

    [Fact]
    public async Task A_member_whose_node_is_lost_ends_the_attempt_for_all()
    {
        await using var nodes = await JoinAsync(3);
        var (taskId, _) = await mesh.SubmitAsync(Gang(2));
        var orders = await nodes.NextAssignmentsAsync(taskId);

        await nodes.Of(orders[1]).Grain.DisconnectAsync(nodes.Of(orders[1]).Epoch, "socket reset", mayReturn: false);

        Assert.Equal(orders[0].Id, await nodes.Of(orders[0]).NextStopAsync());
        var again = await nodes.NextAssignmentsAsync(taskId);
        Assert.All(again, order => Assert.Equal(2, order.Attempt));
        Assert.DoesNotContain(orders[1].Gang!.Members[1].NodeId, again[0].Gang!.Members.Select(member => member.NodeId));
        await CompleteAsync(nodes, again);
        Assert.Equal("completed", (await mesh.GetAsync(taskId)).Status);
    }

    [Fact]
    public async Task The_loss_of_a_node_whose_member_has_ended_changes_nothing()
    {
        await using var nodes = await JoinAsync(2);
        var (taskId, _) = await mesh.SubmitAsync(Gang(2));
        var orders = await nodes.NextAssignmentsAsync(taskId);
        await nodes.Of(orders[0]).CompleteAsync(orders[0].Id);
        await MeshCluster.EventuallyAsync(
            () => mesh.Scheduler.GetTasksOnAsync(orders[0].Gang!.Members[0].NodeId), tasks => tasks.Length == 0, "the ended member's place free");

        await nodes.Of(orders[0]).Grain.DisconnectAsync(nodes.Of(orders[0]).Epoch, "socket reset", mayReturn: false);

        Assert.Equal(ReportVerdict.Accepted, await nodes.Of(orders[1]).CompleteAsync(orders[1].Id));
        Assert.Equal(("completed", 1), ((await mesh.GetAsync(taskId)).Status, (await mesh.GetAsync(taskId)).Attempt));
    }

    [Fact]
    public async Task A_node_that_comes_back_keeps_its_member()
    {
        await using var nodes = await JoinAsync(2);
        var (taskId, _) = await mesh.SubmitAsync(Gang(2));
        var orders = await nodes.NextAssignmentsAsync(taskId);
        var back = orders[1].Gang!.Members[1].NodeId;
        nodes.Of(orders[1]).FallSilent();

        await using var after = await mesh.JoinAsync(back, Node(back) with { InstanceId = "two", Running = [orders[1].Id] });

        Assert.Empty(after.Reply!.Stop);
        await nodes.Of(orders[0]).CompleteAsync(orders[0].Id);
        Assert.Equal(ReportVerdict.Accepted, await after.CompleteAsync(orders[1].Id));
        Assert.Equal(("completed", 1), ((await mesh.GetAsync(taskId)).Status, (await mesh.GetAsync(taskId)).Attempt));
    }

    [Fact]
    public async Task A_cancel_stops_every_member()
    {
        await using var nodes = await JoinAsync(3);
        var (taskId, _) = await mesh.SubmitAsync(Gang(3));
        var orders = await nodes.NextAssignmentsAsync(taskId);
        await nodes.Of(orders[0]).CompleteAsync(orders[0].Id);

        Assert.Equal(CancelOutcome.Cancelled, await mesh.Client.GetGrain<ITaskGrain>(taskId).CancelAsync());

        Assert.Equal(orders[1].Id, await nodes.Of(orders[1]).NextStopAsync());
        Assert.Equal(orders[2].Id, await nodes.Of(orders[2]).NextStopAsync());
        Assert.Equal(("cancelled", null), ((await mesh.GetAsync(taskId)).Status, (await mesh.GetAsync(taskId)).Result));
        await FreeAsync(nodes);
    }

    [Fact]
    public async Task A_scheduler_that_begins_anew_knows_the_gang_and_who_of_it_has_ended()
    {
        await using var nodes = await JoinAsync(2);
        var (taskId, _) = await mesh.SubmitAsync(Gang(2));
        var orders = await nodes.NextAssignmentsAsync(taskId);
        await nodes.Of(orders[1]).CompleteAsync(orders[1].Id);

        mesh.Store.IsDown = true;
        await Assert.ThrowsAnyAsync<Exception>(() => mesh.SubmitAsync(Gang(2)));
        mesh.Store.IsDown = false;

        var lead = orders[0].Gang!.Members[0].NodeId;
        await MeshCluster.EventuallyAsync(() => mesh.Scheduler.GetTasksOnAsync(lead), tasks => tasks.Any(task => task.TaskId == taskId), "the gang on its node");
        Assert.Empty(await mesh.Scheduler.GetTasksOnAsync(orders[1].Gang!.Members[1].NodeId));
        Assert.Equal(ReportVerdict.Accepted, await nodes.Of(orders[0]).CompleteAsync(orders[0].Id));
        Assert.Equal(("completed", 1), ((await mesh.GetAsync(taskId)).Status, (await mesh.GetAsync(taskId)).Attempt));
        await FreeAsync(nodes);
    }

    [Fact]
    public async Task A_gang_on_a_drained_node_is_asked_to_leave_as_one_and_goes_on_from_the_checkpoint_of_rank_0()
    {
        await using var nodes = await JoinAsync(3);
        var (taskId, _) = await mesh.SubmitAsync(Gang(2));
        var orders = await nodes.NextAssignmentsAsync(taskId);
        var drained = orders[1].Gang!.Members[1].NodeId;

        await mesh.Scheduler.SetCordonAsync(drained, cordoned: true, drainFor: TimeSpan.Zero);
        try
        {
            var leaving = new[] { await nodes.Of(orders[0]).NextPreemptionAsync(), await nodes.Of(orders[1]).NextPreemptionAsync() };
            Assert.All(leaving, attempt => Assert.Equal((orders[0].Id, LeavingAttempt.ForDrain), (attempt.Attempt, attempt.For)));

            // Its peer goes first, and it cannot go on alone: that is no failure.
            Assert.Equal(ReportVerdict.Accepted, await nodes.Of(orders[1]).ReportAsync(orders[1].Id, AttemptReportKind.Failed, error: "lost my peers"));
            Assert.Equal(1, (await mesh.GetAsync(taskId)).Attempt);
            Assert.Equal(ReportVerdict.Accepted, await nodes.Of(orders[0]).LeaveAsync(leaving[0]));

            var again = await nodes.NextAssignmentsAsync(taskId);
            Assert.DoesNotContain(drained, again[0].Gang!.Members.Select(member => member.NodeId));
            Assert.Equal(0, again[0].History.Failures);
            await CompleteAsync(nodes, again);
            Assert.Equal("completed", (await mesh.GetAsync(taskId)).Status);
        }
        finally
        {
            await mesh.Scheduler.SetCordonAsync(drained, cordoned: false, drainFor: null);
        }
    }

    [Fact]
    public async Task A_part_that_runs_on_after_its_gang_has_ended_is_stopped()
    {
        await using var nodes = await JoinAsync(1);
        var stray = new AttemptAssignment("task_of-nobody", 3, KnownTaskTypes.Test, 5, [], 0, "{}", "{}", DateTimeOffset.UtcNow);

        Assert.Empty(await nodes.All[0].Grain.AssignAsync([new NodeAssignment(stray, nodes.All[0].Epoch, Watched: false)]));

        Assert.Equal(stray.Id, await nodes.All[0].NextStopAsync());
        Assert.Empty((await nodes.All[0].HeartbeatAsync()).Start);
    }

    [Fact]
    public async Task Nodes_whose_agent_knows_no_gangs_get_none()
    {
        await using var nodes = await JoinAsync(1);
        await using var old = await mesh.JoinAsync("old", Given.Node());
        var (taskId, _) = await mesh.SubmitAsync(Gang(2));

        var explanation = await mesh.Client.GetGrain<ITaskGrain>(taskId).ExplainAsync();

        Assert.Equal("no_gangs", Assert.Single(explanation!.Nodes.Single(node => node.NodeId == "old").Refusals).Code);
        Assert.StartsWith("needs 2 nodes at once", explanation.Summary, StringComparison.Ordinal);
        await mesh.Client.GetGrain<ITaskGrain>(taskId).CancelAsync();
    }

    [Fact]
    public async Task A_plan_names_every_node_of_a_gang()
    {
        await using var nodes = await JoinAsync(3);

        var plan = (await mesh.Scheduler.PlanAsync([Gang(3), Gang(3)]))[0];

        Assert.Equal("assigned", plan.Status);
        Assert.Equal(["a", "b", "c"], plan.Members.Select(member => member.NodeId).Order());
    }

    private static TaskSpec Gang(int nodes) => Given.GpuTask(20) with { TaskType = KnownTaskTypes.Training, Requirements = $$"""{"memory_gb":20,"nodes":{{nodes}}}""" };

    private static NodeRegistration Node(string name) => Given.Node() with
    {
        Features = [NodeRegistration.GangFeature, NodeRegistration.PreemptFeature],
        Facts = $$"""{"address":"host-{{name}}"}""",
    };

    private async Task<GangNodes> JoinAsync(int count)
    {
        var nodes = new GangNodes();
        for (var number = 0; number < count; number++)
        {
            var name = ((char)('a' + number)).ToString();
            nodes.Add(await mesh.JoinAsync(name, Node(name)));
        }

        return nodes;
    }

    private static async Task CompleteAsync(GangNodes nodes, IReadOnlyList<AttemptAssignment> orders)
    {
        foreach (var order in orders)
        {
            Assert.Equal(ReportVerdict.Accepted, await nodes.Of(order).CompleteAsync(order.Id));
        }
    }

    /// <summary>Nothing is held anywhere: the next task of one node per node starts at once.</summary>
    private async Task FreeAsync(GangNodes nodes)
    {
        var view = await MeshCluster.EventuallyAsync(
            mesh.Scheduler.GetMeshAsync, seen => seen.Nodes.All(node => node.ActiveTasks == 0) && seen.ActiveTasks == 0, "nothing held");
        Assert.All(view.Nodes.Where(node => node.Status == "active"), node => Assert.Equal([0], node.ReservedBytes));
        Assert.NotEmpty(nodes.All);
    }

    /// <summary>Nodes under the test's control, found again by the order that each of them got.</summary>
    private sealed class GangNodes : IAsyncDisposable
    {
        private readonly Dictionary<AttemptAssignment, RecordingNode> owners = [];

        public List<RecordingNode> All { get; } = [];

        public void Add(RecordingNode node) => All.Add(node);

        public RecordingNode Of(AttemptAssignment order) => owners[order];

        /// <summary>The orders of one attempt by rank.</summary>
        public async Task<IReadOnlyList<AttemptAssignment>> NextAssignmentsAsync(string taskId)
        {
            var orders = new List<AttemptAssignment>();
            while (orders.Count == 0 || orders.Count < orders[0].Gang!.Members.Length)
            {
                var node = await MeshCluster.EventuallyAsync(() => Task.FromResult(All.Find(each => each.HasAssignment)), found => found is not null, "an assignment");
                var order = await node!.NextAssignmentAsync();
                Assert.Equal(taskId, order.TaskId);
                owners[order] = node;
                orders.Add(order);
            }

            return [.. orders.OrderBy(order => order.Gang!.Rank)];
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var node in All)
            {
                await node.DisposeAsync();
            }
        }
    }
}
