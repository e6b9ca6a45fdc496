using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Grains.Tests;

public sealed class TaskFlowTests(MeshCluster mesh) : IClassFixture<MeshCluster>
{
    [Fact]
    public async Task A_task_is_placed_run_and_completed_once()
    {
        await using var node = await mesh.JoinAsync("flow");

        var (taskId, outcome) = await mesh.SubmitAsync(Given.GpuTask(10));
        var assignment = await node.NextAssignmentAsync();
        var first = await node.CompleteAsync(assignment.Id);
        var second = await node.CompleteAsync(assignment.Id);

        Assert.Equal(("assigned", "flow"), (outcome.Status, outcome.Node));
        Assert.Equal((taskId, 1), (assignment.TaskId, assignment.Attempt));
        Assert.Equal([0], assignment.Gpus);
        Assert.Contains("train.py", assignment.Payload, StringComparison.Ordinal);
        Assert.Equal((ReportVerdict.Accepted, ReportVerdict.Stale), (first, second));
        var view = await mesh.GetAsync(taskId);
        Assert.Equal(("completed", """{"ok":true}""", "flow"), (view.Status, view.Result, view.AssignedNode));
        Assert.NotNull(view.CompletedAt);
    }

    [Fact]
    public async Task A_reference_made_from_what_is_known_of_the_interface_names_the_same_grain()
    {
        var (taskId, _) = await mesh.SubmitAsync();
        var usual = mesh.Client.GetGrain<ITaskGrain>(taskId);

        foreach (var reference in (ITaskGrain[])[mesh.Client.GetReference<ITaskGrain>(taskId), mesh.Client.GetReference<ITaskGrain>(taskId)])
        {
            Assert.Equal(usual.GetGrainId(), reference.GetGrainId());
            Assert.Equal(taskId, (await reference.GetAsync())!.TaskId);
        }

        await usual.CancelAsync();
    }

    [Fact]
    public async Task A_failed_task_keeps_the_reason()
    {
        await using var node = await mesh.JoinAsync("failing");
        var (taskId, _) = await mesh.SubmitAsync();
        var assignment = await node.NextAssignmentAsync();

        await node.ReportAsync(assignment.Id, AttemptReportKind.Failed, error: "CUDA out of memory", isFinal: true);

        var view = await mesh.GetAsync(taskId);
        Assert.Equal(("failed", "CUDA out of memory", null), (view.Status, view.Error, view.Result));
    }

    [Fact]
    public async Task A_task_that_fits_nowhere_waits_with_the_numbers_and_goes_when_a_node_joins()
    {
        await using var small = await mesh.JoinAsync("small");
        var (taskId, outcome) = await mesh.SubmitAsync(Given.GpuTask(80));
        var explanation = await mesh.Client.GetGrain<ITaskGrain>(taskId).ExplainAsync();

        await using var big = await mesh.JoinAsync("big", Given.Node(gpusInGb: 80));
        var assignment = await big.NextAssignmentAsync();

        Assert.Equal("queued", outcome.Status);
        Assert.Contains("80 GB", outcome.Message, StringComparison.Ordinal);
        Assert.Contains("24 GB", outcome.Message, StringComparison.Ordinal);
        Assert.Contains(explanation!.Nodes, answer => answer.NodeId == "small" && answer.Refusals.Any(refusal => refusal.Permanent));
        Assert.Equal(taskId, assignment.TaskId);
        await big.CompleteAsync(assignment.Id);
    }

    [Fact]
    public async Task The_next_task_goes_when_one_ends()
    {
        await using var node = await mesh.JoinAsync("single", Given.Node(maxParallel: 1));
        var (first, _) = await mesh.SubmitAsync();
        var (second, waiting) = await mesh.SubmitAsync();

        var one = await node.NextAssignmentAsync();
        await node.CompleteAsync(one.Id);
        var two = await node.NextAssignmentAsync();
        await node.CompleteAsync(two.Id);

        Assert.Equal("queued", waiting.Status);
        Assert.Equal((first, second), (one.TaskId, two.TaskId));
    }

    [Fact]
    public async Task Higher_priority_leaves_the_queue_first()
    {
        await using var node = await mesh.JoinAsync("ordered", Given.Node(maxParallel: 1));
        await mesh.SubmitAsync();
        var (low, _) = await mesh.SubmitAsync(Given.TestTask(priority: 1));
        var (high, _) = await mesh.SubmitAsync(Given.TestTask(priority: 9));

        var order = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            var assignment = await node.NextAssignmentAsync();
            order.Add(assignment.TaskId);
            await node.CompleteAsync(assignment.Id);
        }

        Assert.Equal([high, low], order.Skip(1));
    }

    [Fact]
    public async Task Submitting_the_same_id_twice_accepts_one_task()
    {
        await using var node = await mesh.JoinAsync("twice");
        var (taskId, first) = await mesh.SubmitAsync();

        var second = await mesh.Client.GetGrain<ITaskGrain>(taskId).SubmitAsync(Given.TestTask());

        Assert.Equal((first.TaskId, first.Status, first.Node), (second.TaskId, second.Status, second.Node));
        var assignment = await node.NextAssignmentAsync();
        await node.CompleteAsync(assignment.Id);
        Assert.False(node.HasAssignment);
    }

    [Fact]
    public async Task A_waiter_is_woken_when_the_task_ends()
    {
        await using var node = await mesh.JoinAsync("awaited");
        var (taskId, _) = await mesh.SubmitAsync();
        var assignment = await node.NextAssignmentAsync();

        var waiting = mesh.Client.GetGrain<ITaskGrain>(taskId).WaitAsync(TimeSpan.FromSeconds(30));
        await node.CompleteAsync(assignment.Id);

        Assert.Equal("completed", (await waiting)!.Status);
    }

    [Fact]
    public async Task Cancelling_a_running_task_stops_it_and_refuses_its_report()
    {
        await using var node = await mesh.JoinAsync("stopped");
        var (taskId, _) = await mesh.SubmitAsync();
        var assignment = await node.NextAssignmentAsync();

        var outcome = await mesh.Client.GetGrain<ITaskGrain>(taskId).CancelAsync();
        var stop = await node.NextStopAsync();
        var late = await node.CompleteAsync(assignment.Id);

        Assert.Equal(CancelOutcome.Cancelled, outcome);
        Assert.Equal(assignment.Id, stop);
        Assert.Equal(ReportVerdict.Stale, late);
        Assert.Equal("cancelled", (await mesh.GetAsync(taskId)).Status);
        Assert.Equal(CancelOutcome.AlreadyEnded, await mesh.Client.GetGrain<ITaskGrain>(taskId).CancelAsync());
    }

    [Fact]
    public async Task Cancelling_a_waiting_task_takes_it_out_of_the_queue()
    {
        await using var node = await mesh.JoinAsync("busy", Given.Node(maxParallel: 1));
        await mesh.SubmitAsync();
        var (taskId, _) = await mesh.SubmitAsync();

        await mesh.Client.GetGrain<ITaskGrain>(taskId).CancelAsync();
        var running = await node.NextAssignmentAsync();
        await node.CompleteAsync(running.Id);

        var view = await MeshCluster.EventuallyAsync(
            () => mesh.Scheduler.GetMeshAsync(), seen => seen is { QueuedTasks: 0, ActiveTasks: 0 }, "an empty mesh");
        Assert.Equal(0, view.QueuedTasks);
        Assert.False(node.HasAssignment);
    }

    [Fact]
    public async Task A_batch_is_committed_and_completed_as_a_whole()
    {
        await using var node = await mesh.JoinAsync("batch", Given.Node(maxParallel: 64));
        var tasks = Enumerable.Range(0, 500)
            .Select(_ => new Interfaces.Schedulers.NewTask($"task_{Guid.CreateVersion7():N}", Given.TestTask(), Watched: false)).ToArray();

        var outcomes = await mesh.Scheduler.SubmitAsync(tasks);
        for (var i = 0; i < tasks.Length; i++)
        {
            await node.CompleteAsync((await node.NextAssignmentAsync()).Id);
        }

        Assert.Equal(tasks.Select(task => task.TaskId), outcomes.Select(outcome => outcome.TaskId));
        Assert.Equal(64, outcomes.Count(outcome => outcome.Status == "assigned"));
        foreach (var task in tasks)
        {
            Assert.Equal("completed", (await mesh.GetAsync(task.TaskId)).Status);
        }
    }
}
