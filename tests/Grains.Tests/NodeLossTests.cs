using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Scheduling.Lifecycle;

namespace Aurora.Grains.Tests;

public sealed class NodeLossTests(MeshCluster mesh) : IClassFixture<MeshCluster>
{
    [Fact]
    public async Task A_closed_connection_moves_the_attempt_to_another_node()
    {
        await using var first = await mesh.JoinAsync("closing");
        var (taskId, _) = await mesh.SubmitAsync();
        var lost = await first.NextAssignmentAsync();
        await using var second = await mesh.JoinAsync("taking-over");

        await first.Grain.DisconnectAsync(first.Epoch, "socket reset", mayReturn: false);
        var again = await second.NextAssignmentAsync();
        var late = await first.CompleteAsync(lost.Id);
        var current = await second.CompleteAsync(again.Id);

        Assert.Equal((taskId, 2), (again.TaskId, again.Attempt));
        Assert.Equal((ReportVerdict.Stale, ReportVerdict.Accepted), (late, current));
        Assert.Equal(("completed", "taking-over"), ((await mesh.GetAsync(taskId)).Status, (await mesh.GetAsync(taskId)).AssignedNode));
    }

    [Fact]
    public async Task A_node_whose_connection_closed_may_come_back_with_its_attempts()
    {
        await using var before = await mesh.JoinAsync("reconnecting");
        var (taskId, _) = await mesh.SubmitAsync();
        var assignment = await before.NextAssignmentAsync();

        before.FallSilent();
        await before.Grain.DisconnectAsync(before.Epoch, "socket reset", mayReturn: true);
        await using var after = await mesh.JoinAsync("reconnecting", Given.Node(running: [assignment.Id]));
        await after.CompleteAsync(assignment.Id);

        Assert.Equal(("completed", 1), ((await mesh.GetAsync(taskId)).Status, (await mesh.GetAsync(taskId)).Attempt));
    }

    [Fact]
    public async Task Of_two_machines_that_take_one_name_from_each_other_one_keeps_it_until_it_goes()
    {
        var machines = new Dictionary<string, RecordingNode>();
        for (var turn = 0; turn <= NameContest.ReplacementsMax; turn++)
        {
            var name = turn % 2 == 0 ? "left" : "right";
            machines[name] = await mesh.JoinAsync("contested", Given.Node(instance: $"{name}-{turn}"));
            Assert.Null(machines[name].Reply!.RefusedFor);
        }

        var holder = machines["right"];
        var refused = await mesh.JoinAsync("contested", Given.Node(instance: "left-again"));
        Assert.Equal(NameContest.Wait, refused.Reply!.RefusedFor);
        Assert.True((await holder.HeartbeatAsync()).Known);
        refused.FallSilent();

        // A reset connection frees the name at once.
        holder.FallSilent();
        await holder.Grain.DisconnectAsync(holder.Epoch, "socket reset", mayReturn: true);
        await using var next = await mesh.JoinAsync("contested", Given.Node(instance: "left-later"));
        Assert.Null(next.Reply!.RefusedFor);
        machines.Values.ToList().ForEach(machine => machine.FallSilent());
    }

    [Fact]
    public async Task A_node_that_falls_silent_loses_its_attempts()
    {
        await using var silent = await mesh.JoinAsync("silent");
        var (taskId, _) = await mesh.SubmitAsync();
        await silent.NextAssignmentAsync();
        await using var other = await mesh.JoinAsync("listening");

        silent.FallSilent();
        var again = await other.NextAssignmentAsync();

        Assert.Equal((taskId, 2), (again.TaskId, again.Attempt));
        await other.CompleteAsync(again.Id);
        var status = await mesh.Scheduler.GetMeshAsync();
        Assert.Equal("disconnected", status.Nodes.Single(node => node.NodeId == "silent").Status);
    }

    [Fact]
    public async Task A_node_that_joins_again_keeps_what_it_still_runs()
    {
        await using var before = await mesh.JoinAsync("returning");
        var (taskId, _) = await mesh.SubmitAsync();
        var assignment = await before.NextAssignmentAsync();

        await using var after = await mesh.JoinAsync("returning", Given.Node(running: [assignment.Id]));
        var verdict = await after.CompleteAsync(assignment.Id);

        Assert.Empty(after.Reply!.Stop);
        Assert.Equal(ReportVerdict.Accepted, verdict);
        Assert.Equal(("completed", 1), ((await mesh.GetAsync(taskId)).Status, (await mesh.GetAsync(taskId)).Attempt));
        Assert.Equal(after.Epoch, await before.Replaced.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task A_node_that_restarted_without_its_attempts_gets_them_again()
    {
        await using var before = await mesh.JoinAsync("restarting");
        var (taskId, _) = await mesh.SubmitAsync();
        await before.NextAssignmentAsync();
        before.FallSilent();

        await using var after = await mesh.JoinAsync("restarting", Given.Node(instance: "two"));
        var again = await after.NextAssignmentAsync();

        Assert.Equal((taskId, 2), (again.TaskId, again.Attempt));
        Assert.Equal(ReportVerdict.Accepted, await after.CompleteAsync(again.Id));
    }

    [Fact]
    public async Task An_announced_attempt_that_is_not_the_current_one_must_stop()
    {
        var unknown = new AttemptId("task_unknown", 3);

        await using var node = await mesh.JoinAsync("stale", Given.Node(running: [unknown]));

        Assert.Equal([unknown], node.Reply!.Stop);
    }

    [Fact]
    public async Task A_heartbeat_of_an_old_registration_is_told_to_join_again()
    {
        await using var before = await mesh.JoinAsync("old-epoch");
        before.FallSilent();
        await using var after = await mesh.JoinAsync("old-epoch");

        var reply = await before.HeartbeatAsync();

        Assert.False(reply.Known);
        Assert.True((await after.HeartbeatAsync()).Known);
    }

    [Fact]
    public async Task A_push_that_was_lost_is_repeated_by_the_heartbeat()
    {
        await using var node = await mesh.JoinAsync("deaf");
        var (taskId, _) = await mesh.SubmitAsync();
        var pushed = await node.NextAssignmentAsync();
        lock (node.Running)
        {
            node.Running.Clear();
        }

        var reply = await MeshCluster.EventuallyAsync(
            node.HeartbeatAsync, seen => seen.Start.Length > 0, "the lost push in a heartbeat's answer");

        Assert.Equal((taskId, pushed.Attempt), (reply.Start[0].TaskId, reply.Start[0].Attempt));
        await node.CompleteAsync(pushed.Id);
    }

    [Fact]
    public async Task A_report_without_an_attempt_number_means_the_current_one()
    {
        await using var node = await mesh.JoinAsync("legacy");
        var (taskId, _) = await mesh.SubmitAsync();
        await node.NextAssignmentAsync();

        var verdict = await node.ReportAsync(new AttemptId(taskId, 0), AttemptReportKind.Completed, "1");

        Assert.Equal(ReportVerdict.Accepted, verdict);
        Assert.Equal("completed", (await mesh.GetAsync(taskId)).Status);
    }

    [Fact]
    public async Task A_node_cannot_report_on_the_attempt_of_another()
    {
        await using var owner = await mesh.JoinAsync("owner");
        var (taskId, _) = await mesh.SubmitAsync();
        var assignment = await owner.NextAssignmentAsync();
        await using var intruder = await mesh.JoinAsync("intruder");

        var verdict = await intruder.CompleteAsync(assignment.Id);

        Assert.Equal(ReportVerdict.Stale, verdict);
        Assert.Equal("assigned", (await mesh.GetAsync(taskId)).Status);
        await owner.CompleteAsync(assignment.Id);
    }

    [Fact]
    public async Task A_node_that_comes_and_goes_without_work_is_not_quarantined()
    {
        for (var time = 0; time < NodeHealth.LossesInWindow; time++)
        {
            await (await mesh.JoinAsync("restarted-often")).DisposeAsync();
        }

        await using var node = await mesh.JoinAsync("restarted-often");
        Assert.Equal("active", (await mesh.Scheduler.GetMeshAsync()).Nodes.Single(each => each.NodeId == "restarted-often").Status);
    }

    [Fact]
    public async Task A_node_that_keeps_taking_its_work_down_with_it_is_quarantined()
    {
        var (taskId, _) = await mesh.SubmitAsync(Given.GpuTask(memoryGb: 40));
        for (var time = 0; time < NodeHealth.LossesInWindow; time++)
        {
            await using var node = await mesh.JoinAsync("flapping", Given.Node(gpusInGb: 48));
            await node.NextAssignmentAsync();
        }

        await using var again = await mesh.JoinAsync("flapping", Given.Node(gpusInGb: 48));
        Assert.Equal("quarantined", (await mesh.Scheduler.GetMeshAsync()).Nodes.Single(each => each.NodeId == "flapping").Status);
        Assert.Equal("queued", (await mesh.GetAsync(taskId)).Status);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_node_that_reports_by_a_clock_an_hour_off_gets_work(int hours)
    {
        await using var node = await mesh.JoinAsync($"skewed-{hours}");
        var elsewhere = DateTimeOffset.UtcNow.AddHours(hours);

        await mesh.Scheduler.NodeReportedAsync(new NodeReport($"skewed-{hours}", node.Epoch, Registration: null, 0, [], [], elsewhere));

        var view = (await mesh.Scheduler.GetMeshAsync()).Nodes.Single(other => other.NodeId == $"skewed-{hours}");
        Assert.Equal("active", view.Status);
        Assert.InRange(view.LastSeen, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
    }
}
