using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Events;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Grains.Tests;

/// <summary>Pools, each with a scheduler of its own, and nodes that serve several.</summary>
public sealed class PoolTests(MeshCluster mesh) : IClassFixture<MeshCluster>
{
    private IMeshGrain Mesh => mesh.Client.GetGrain<IMeshGrain>(0);

    [Fact]
    public async Task A_task_goes_to_a_node_of_its_pool_and_to_no_other()
    {
        await using var other = await mesh.JoinAsync("a-default");
        await using var node = await mesh.JoinAsync("a-vision", Serving("vision"));

        var (taskId, _) = await mesh.SubmitAsync(Given.TestTask() with { Pool = "vision" });
        var attempt = await node.NextAssignmentAsync();
        var waiting = mesh.Client.GetGrain<ITaskGrain>(taskId).WaitAsync(TimeSpan.FromSeconds(20));
        await node.CompleteAsync(attempt.Id);
        var view = await waiting;

        Assert.Equal(("vision", "completed", "vision"), (attempt.Pool, view!.Status, view.Pool));
        Assert.False(other.HasAssignment);
        await MeshCluster.EventuallyAsync(() => Mesh.GetPoolsAsync(), pools => pools.Contains("vision"), "the pool among all");
        var events = await mesh.Client.GetGrain<IMeshEventsGrain>("vision").ReadLatestAsync(100, taskId);
        Assert.Contains(events.Events, happened => happened.Kind == MeshEventKinds.TaskPlaced);
    }

    [Fact]
    public async Task A_task_of_a_pool_without_room_waits_there_is_explained_and_can_be_cancelled()
    {
        await using var busy = await mesh.JoinAsync("b-default");
        await using var node = await mesh.JoinAsync("b-slow", Serving("slow") with { MaxParallel = 1 });
        await mesh.SubmitAsync(Given.TestTask() with { Pool = "slow" });
        await node.NextAssignmentAsync();

        var (taskId, outcome) = await mesh.SubmitAsync(Given.TestTask() with { Pool = "slow" });
        var grain = mesh.Client.GetGrain<ITaskGrain>(taskId);
        var explanation = await grain.ExplainAsync();
        var queue = await MeshCluster.EventuallyAsync(
            () => Mesh.GetQueueAsync(100, null), all => all.Tasks.Any(task => task.TaskId == taskId), "the task in line");
        var ofOthers = await Mesh.GetQueueAsync(100, MeshConstants.DefaultPool);
        var cancelled = await grain.CancelAsync();

        Assert.Equal("queued", outcome.Status);
        Assert.Equal(["b-slow"], explanation!.Nodes.Select(each => each.NodeId));
        Assert.Contains(queue.Tasks, task => task.TaskId == taskId && task.Pool == "slow");
        Assert.DoesNotContain(ofOthers.Tasks, task => task.TaskId == taskId);
        Assert.Equal(queue.Queued, queue.ByPriority.Sum());
        Assert.Equal(CancelOutcome.Cancelled, cancelled);
        Assert.DoesNotContain((await Mesh.GetQueueAsync(100, "slow")).Tasks, task => task.TaskId == taskId);
    }

    [Fact]
    public async Task A_node_of_two_pools_is_in_the_mesh_once_and_counts_what_both_placed_on_it()
    {
        await using var node = await mesh.JoinAsync("c-shared", Serving("c1", "c2"));
        await mesh.SubmitAsync(Given.GpuTask(8) with { Pool = "c1" });
        await mesh.SubmitAsync(Given.GpuTask(6) with { Pool = "c2" });
        var first = await node.NextAssignmentAsync();
        await node.NextAssignmentAsync();
        await node.CompleteAsync(first.Id);

        var view = await MeshCluster.EventuallyAsync(
            async () => (await Mesh.GetMeshAsync()).Nodes.FirstOrDefault(each => each.NodeId == "c-shared"),
            each => each is { CompletedTasks: 1, Pools.Length: 2 },
            "one completed task");

        Assert.Equal((1, "active"), (view!.ActiveTasks, view.Status));
        Assert.Equal((first.Pool == "c1" ? 6 : 8) * MeshConstants.BytesPerGb, view.ReservedBytes[0]);
        Assert.Equal(["c1", "c2"], view.Pools);
    }

    [Fact]
    public async Task What_one_pool_holds_on_a_shared_node_the_other_does_not_give_away()
    {
        await using var node = await mesh.JoinAsync("d-shared", Serving("d1", "d2"));
        await mesh.SubmitAsync(Given.GpuTask(20) with { Pool = "d1" });
        var first = await node.NextAssignmentAsync();
        var (taskId, _) = await mesh.SubmitAsync(Given.GpuTask(20) with { Pool = "d2" });

        // It may have been planned before the first one was known here; the node refused it then, and it waits.
        await MeshCluster.EventuallyAsync(() => mesh.GetAsync(taskId), view => view.Status == "queued", "a task that waits");
        Assert.False(node.HasAssignment);
        await node.CompleteAsync(first.Id);
        var second = await node.NextAssignmentAsync();
        await node.CompleteAsync(second.Id);

        Assert.Equal(taskId, second.TaskId);
        Assert.Equal("completed", (await mesh.GetAsync(taskId)).Status);
    }

    [Fact]
    public async Task A_pool_with_much_work_does_not_keep_a_shared_node_from_the_other()
    {
        await using var node = await mesh.JoinAsync("e-shared", Serving("e1", "e2") with { MaxParallel = 1 });
        List<string> much = [];
        for (var i = 0; i < 20; i++)
        {
            much.Add((await mesh.SubmitAsync(Given.TestTask() with { Pool = "e1" })).TaskId);
        }

        var attempt = await node.NextAssignmentAsync();
        var (little, _) = await mesh.SubmitAsync(Given.TestTask() with { Pool = "e2" });

        // The busy pool's work never ends: each task that completes is followed by a new one.
        while (attempt.TaskId != little)
        {
            await node.CompleteAsync(attempt.Id);
            much.Add((await mesh.SubmitAsync(Given.TestTask() with { Pool = "e1" })).TaskId);
            attempt = await node.NextAssignmentAsync();
        }

        await node.CompleteAsync(attempt.Id);
        Assert.Equal("completed", (await mesh.GetAsync(little)).Status);
    }

    [Fact]
    public async Task What_a_node_runs_of_a_pool_that_it_leaves_goes_back_in_line()
    {
        var registration = Serving("f1", "f2");
        await using var node = await mesh.JoinAsync("f-moving", registration);
        var (taskId, _) = await mesh.SubmitAsync(Given.TestTask() with { Pool = "f1" });
        var first = await node.NextAssignmentAsync();

        await node.Grain.UpdateAsync(node.Epoch, registration with { Facts = """{"pools":["f2"]}""" });
        var stopped = await node.NextStopAsync();
        await using var other = await mesh.JoinAsync("f-staying", Serving("f1"));
        var second = await other.NextAssignmentAsync();
        await other.CompleteAsync(second.Id);

        Assert.Equal(first.Id, stopped);
        Assert.Equal((taskId, 2), (second.TaskId, second.Attempt));
        await MeshCluster.EventuallyAsync(
            async () => (await Mesh.GetMeshAsync()).Nodes.FirstOrDefault(each => each.NodeId == "f-moving"),
            each => each is { Status: "active", Pools: ["f2"] },
            "the node in its other pool");
    }

    [Fact]
    public async Task A_repeated_submit_to_another_pool_is_answered_with_the_first()
    {
        await using var first = await mesh.JoinAsync("g-one", Serving("g1"));
        await using var second = await mesh.JoinAsync("g-two", Serving("g2"));
        var (taskId, _) = await mesh.SubmitAsync(Given.TestTask() with { Pool = "g1" });
        await first.NextAssignmentAsync();

        var repeated = await mesh.Client.GetGrain<ITaskGrain>(taskId).SubmitAsync(Given.TestTask() with { Pool = "g2" });

        Assert.Equal(("assigned", "g-one"), (repeated.Status, repeated.Node));
        Assert.False(second.HasAssignment);
        Assert.Equal(0, (await mesh.Client.GetGrain<ISchedulerGrain>("g2").GetMeshAsync()).ActiveTasks);
    }

    private static NodeRegistration Serving(params string[] pools) =>
        Given.Node() with { Facts = $$"""{"pools":[{{string.Join(',', pools.Select(pool => $"\"{pool}\""))}}]}""" };
}
