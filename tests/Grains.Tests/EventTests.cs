using Aurora.Grains.Events;
using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Events;
using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.Grains.Tests;

/// <summary>The mesh's log of what happens.</summary>
public sealed class EventTests(MeshCluster mesh) : IClassFixture<MeshCluster>
{
    private IMeshEventsGrain Events => mesh.Client.GetGrain<IMeshEventsGrain>(MeshConstants.DefaultPool);

    [Fact]
    public async Task A_task_and_its_node_leave_every_step_in_order()
    {
        await using var node = await mesh.JoinAsync("worker");
        var (taskId, _) = await mesh.SubmitAsync();
        var attempt = await node.NextAssignmentAsync();
        await node.ReportAsync(attempt.Id, AttemptReportKind.Started);
        await node.CompleteAsync(attempt.Id);

        var page = await MeshCluster.EventuallyAsync(
            () => Events.ReadLatestAsync(100, taskId), seen => seen.Events.Any(happened => MeshEventKinds.EndsTask(happened.Kind)), "an end");
        var all = await Events.ReadLatestAsync(100, taskId: null);

        Assert.Equal(
            [MeshEventKinds.TaskSubmitted, MeshEventKinds.TaskPlaced, MeshEventKinds.TaskStarted, MeshEventKinds.TaskCompleted],
            page.Events.Select(happened => happened.Kind));
        Assert.All(page.Events.Skip(1), happened => Assert.Equal((1, "worker"), (happened.Attempt, happened.NodeId)));
        Assert.Contains(all.Events, happened => happened is { Kind: MeshEventKinds.NodeJoined, NodeId: "worker" });
        Assert.Empty((await Events.ReadAsync(all.Next)).Events);
    }

    [Fact]
    public async Task Drain_and_uncordon_are_told()
    {
        await using var node = await mesh.JoinAsync("emptied");
        var before = (await Events.ReadLatestAsync(0, taskId: null)).Next;

        await mesh.Scheduler.SetCordonAsync("emptied", cordoned: true, drainFor: TimeSpan.FromMinutes(1));
        await MeshCluster.EventuallyAsync(() => KindsAsync(before), kinds => kinds.Contains(MeshEventKinds.NodeDrained), "a drained node");
        await mesh.Scheduler.SetCordonAsync("emptied", cordoned: false, drainFor: null);

        // A node of a slow machine is late with a heartbeat as well, and that is told too.
        string[] told = [MeshEventKinds.NodeDraining, MeshEventKinds.NodeDrained, MeshEventKinds.NodeUncordoned];
        Assert.Equal(told, (await KindsAsync(before)).Where(told.Contains));
    }

    [Fact]
    public void A_reader_that_was_too_slow_sees_the_gap_and_goes_on_with_the_oldest_that_is_left()
    {
        var log = new EventLog(epoch: 3, capacity: 4);
        var start = log.Read(EventPosition.Of(3, 0));
        for (var i = 1; i <= 6; i++)
        {
            log.Add(DateTimeOffset.UnixEpoch, MeshEventKinds.TaskSubmitted, $"task_{i}");
        }

        var late = log.Read(start.Next);
        var inTime = log.Read(EventPosition.Of(3, 2));

        Assert.False(start.HasGap);
        Assert.True(late.HasGap);
        Assert.False(inTime.HasGap);
        Assert.Equal(["task_3", "task_4", "task_5", "task_6"], late.Events.Select(happened => happened.TaskId));
        Assert.Equal(late.Events, inTime.Events);
        Assert.Equal(EventPosition.Of(3, 6), late.Next);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(4, 1)]
    [InlineData(3, 9)]
    public void A_position_that_this_log_never_gave_is_a_gap(long epoch, long sequence)
    {
        var log = new EventLog(epoch: 3, capacity: 4);
        log.Add(DateTimeOffset.UnixEpoch, MeshEventKinds.NodeJoined, nodeId: "node");

        var page = log.Read(EventPosition.Of(epoch, sequence));

        Assert.True(page.HasGap);
        Assert.Equal(["node"], page.Events.Select(happened => happened.NodeId));
    }

    private async Task<string[]> KindsAsync(long after) =>
        [.. (await Events.ReadAsync(after)).Events.Where(happened => happened.NodeId == "emptied").Select(happened => happened.Kind)];
}
