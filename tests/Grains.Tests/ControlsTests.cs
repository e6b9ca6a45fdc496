using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Grains.Tests;

/// <summary>What tasks say beyond their needs: limits in time, retries by kind of failure, and what they come after.</summary>
public sealed class ControlsTests(MeshCluster mesh) : IClassFixture<MeshCluster>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_task_starts_when_the_one_that_it_comes_after_completed()
    {
        await using var node = await mesh.JoinAsync("in-order");
        var (first, _) = await mesh.SubmitAsync();
        var (second, outcome) = await mesh.SubmitAsync(After(first));
        Assert.Equal(("queued", $"waits for {first} to end"), (outcome.Status, outcome.Message));
        Assert.Equal($"waits for {first} to end", (await mesh.Client.GetGrain<ITaskGrain>(second).ExplainAsync())!.Summary);
        var queue = await mesh.Scheduler.GetQueueAsync(1_000);
        Assert.Contains(queue.Tasks, task => task.TaskId == second);
        Assert.Contains((await mesh.Scheduler.GetQueueOfAsync(1_000, 5, 5)).Tasks, task => task.TaskId == second);
        Assert.DoesNotContain((await mesh.Scheduler.GetQueueOfAsync(1_000, 0, 4)).Tasks, task => task.TaskId == second);
        Assert.Equal(Enumerable.Range(0, 11).Select(priority => queue.Tasks.LongCount(task => task.Priority == priority)), queue.ByPriority);

        var assigned = await node.NextAssignmentAsync();
        Assert.Equal(first, assigned.TaskId);
        await node.CompleteAsync(assigned.Id);
        var next = await node.NextAssignmentAsync();
        await node.CompleteAsync(next.Id);

        Assert.Equal(second, next.TaskId);
        Assert.Equal("completed", (await mesh.Client.GetGrain<ITaskGrain>(second).WaitAsync(Patience))!.Status);
    }

    [Fact]
    public async Task A_task_fails_with_the_one_that_it_comes_after_and_so_do_those_after_it()
    {
        await using var node = await mesh.JoinAsync("failing-first");
        var (first, _) = await mesh.SubmitAsync();
        var (second, _) = await mesh.SubmitAsync(After(first));
        var (third, _) = await mesh.SubmitAsync(After(second));
        var (cleanup, _) = await mesh.SubmitAsync(Controlled(new TaskControls { After = [new TaskPrerequisite(third, AnyEnd: true)] }));

        await node.ReportAsync((await node.NextAssignmentAsync()).Id, AttemptReportKind.Failed, error: "boom", isFinal: true);
        var last = await node.NextAssignmentAsync();
        await node.CompleteAsync(last.Id);

        Assert.Equal(cleanup, last.TaskId);
        var ends = await Task.WhenAll(mesh.GetAsync(second), mesh.GetAsync(third));
        Assert.Equal(
            [("failed", $"{first}, which it comes after, failed", 0), ("failed", $"{second}, which it comes after, failed", 0)],
            ends.Select(task => (task.Status, task.Error, task.Attempt)));
    }

    [Fact]
    public async Task A_task_that_can_no_longer_meet_its_deadline_is_told_of_and_fails_only_if_it_asked_so()
    {
        await using var node = await mesh.JoinAsync("too-small-for-late");
        var late = new TaskControls { DeadlineS = 60, DurationS = 60 };
        var (patient, _) = await mesh.SubmitAsync(Given.GpuTask(memoryGb: 1_000) with { Controls = late });
        var (strict, _) = await mesh.SubmitAsync(Given.GpuTask(memoryGb: 1_000) with { Controls = late with { FailsLate = true } });

        var failed = (await mesh.Client.GetGrain<ITaskGrain>(strict).WaitAsync(Patience))!;
        Assert.Equal("failed", failed.Status);
        Assert.StartsWith("it can no longer meet its deadline of", failed.Error, StringComparison.Ordinal);
        var why = await MeshCluster.EventuallyAsync(
            async () => (await mesh.Client.GetGrain<ITaskGrain>(patient).ExplainAsync())!.Summary,
            summary => summary.Contains("can no longer meet its deadline", StringComparison.Ordinal),
            "that explain tells of it");
        Assert.Equal("queued", (await mesh.GetAsync(patient)).Status);
        Assert.Contains("1000 GB", why, StringComparison.Ordinal);
        await mesh.Client.GetGrain<ITaskGrain>(patient).CancelAsync();
    }

    [Fact]
    public async Task A_task_after_one_that_ended_long_ago_starts_at_once_and_one_after_a_cancelled_one_never()
    {
        await using var node = await mesh.JoinAsync("late");
        var (first, _) = await mesh.SubmitAsync();
        await node.CompleteAsync((await node.NextAssignmentAsync()).Id);
        var (cancelled, _) = await mesh.SubmitAsync(Given.GpuTask(memoryGb: 1_000));
        var (never, _) = await mesh.SubmitAsync(After(cancelled));
        await mesh.Client.GetGrain<ITaskGrain>(cancelled).CancelAsync();

        var (second, _) = await mesh.SubmitAsync(After(first));
        var assigned = await node.NextAssignmentAsync();
        await node.CompleteAsync(assigned.Id);

        Assert.Equal(second, assigned.TaskId);
        Assert.Equal($"{cancelled}, which it comes after, was cancelled", (await mesh.Client.GetGrain<ITaskGrain>(never).WaitAsync(Patience))!.Error);
    }

    [Fact]
    public async Task A_task_that_waits_for_another_can_be_cancelled_and_outlives_the_scheduler()
    {
        await using var node = await mesh.JoinAsync("rebuilding");
        var (first, _) = await mesh.SubmitAsync();
        var assigned = await node.NextAssignmentAsync();
        var (second, _) = await mesh.SubmitAsync(After(first));
        var (third, _) = await mesh.SubmitAsync(After(first));
        Assert.Equal(CancelOutcome.Cancelled, await mesh.Client.GetGrain<ITaskGrain>(third).CancelAsync());

        mesh.Store.IsDown = true;
        await Assert.ThrowsAnyAsync<Exception>(() => mesh.SubmitAsync());
        mesh.Store.IsDown = false;
        await MeshCluster.EventuallyAsync(
            () => SummaryAsync(second), summary => summary == $"waits for {first} to end", "the new scheduler to know what it waits for");
        await node.CompleteAsync(assigned.Id);
        var next = await node.NextAssignmentAsync();
        await node.CompleteAsync(next.Id);

        Assert.Equal(second, next.TaskId);
        Assert.False(node.HasAssignment);
    }

    [Fact]
    public async Task A_task_that_finds_no_place_in_time_fails_and_says_what_it_waited_for()
    {
        await using var node = await mesh.JoinAsync("small");
        var (taskId, _) = await mesh.SubmitAsync(Given.GpuTask(memoryGb: 1_000) with { Controls = Limits(new TaskTimeouts(QueueS: 0.05)) });

        var task = await mesh.Client.GetGrain<ITaskGrain>(taskId).WaitAsync(Patience);

        Assert.Equal(("failed", 0), (task!.Status, task.Attempt));
        Assert.StartsWith("it found no place within its queue timeout of 0.05 s: ", task.Error, StringComparison.Ordinal);
        Assert.Equal(RetryOutcome.Queued, await mesh.Client.GetGrain<ITaskGrain>(taskId).RetryAsync());
        Assert.Equal("failed", (await mesh.Client.GetGrain<ITaskGrain>(taskId).WaitAsync(Patience))!.Status);
    }

    [Fact]
    public async Task An_attempt_that_does_not_start_in_time_is_stopped_and_made_again()
    {
        await using var node = await mesh.JoinAsync("sleepy");
        // Long enough for the second attempt to be reported in time.
        var (taskId, _) = await mesh.SubmitAsync(Controlled(Limits(new TaskTimeouts(StartS: 2))));

        var first = await node.NextAssignmentAsync();
        Assert.Equal(first.Id, await node.NextStopAsync());
        var second = await node.NextAssignmentAsync();
        Assert.Equal((2, 1), (second.Attempt, second.History.Failures));
        await node.ReportAsync(second.Id, AttemptReportKind.Started);
        await node.CompleteAsync(second.Id);

        Assert.Equal(ReportVerdict.Stale, await node.CompleteAsync(first.Id));
        Assert.Equal("completed", (await mesh.GetAsync(taskId)).Status);
    }

    [Fact]
    public async Task Only_failures_that_the_task_names_are_tried_again()
    {
        await using var node = await mesh.JoinAsync("picky");
        var (byKind, _) = await mesh.SubmitAsync(Controlled(new TaskControls { RetryOn = [FailureNames.NodeLost] }));
        await node.ReportAsync((await node.NextAssignmentAsync()).Id, AttemptReportKind.Failed, error: "boom");
        var (byCode, _) = await mesh.SubmitAsync(Controlled(new TaskControls { ExitCodes = [75] }));
        await node.ReportAsync((await node.NextAssignmentAsync()).Id, AttemptReportKind.Failed, error: "exit 75", exitCode: 75);
        await node.ReportAsync((await node.NextAssignmentAsync()).Id, AttemptReportKind.Failed, error: "exit 1", exitCode: 1);

        Assert.Equal(("failed", "boom", 1), await EndOfAsync(byKind));
        Assert.Equal(("failed", "exit 1", 2), await EndOfAsync(byCode));
    }

    [Fact]
    public async Task A_task_that_does_not_want_another_node_fails_with_its_node()
    {
        var (taskId, _) = await mesh.SubmitAsync(Controlled(new TaskControls { RetryOn = [FailureNames.Error] }));
        var victim = await mesh.JoinAsync("victim-of-one");
        await victim.NextAssignmentAsync();
        await victim.DisposeAsync();

        var task = await mesh.Client.GetGrain<ITaskGrain>(taskId).WaitAsync(Patience);

        Assert.Equal("its node victim-of-one was lost, and retry.on does not name node_lost", task!.Error);
    }

    [Fact]
    public async Task A_task_that_ran_out_of_GPU_memory_is_tried_once_more_where_there_is_more()
    {
        await using var small = await mesh.JoinAsync("gpu-24", Given.Node(gpusInGb: 24));
        var (taskId, _) = await mesh.SubmitAsync(Given.GpuTask(memoryGb: 8) with { MaxAttempts = 10 });
        var first = await small.NextAssignmentAsync();
        await using var large = await mesh.JoinAsync("gpu-80", Given.Node(gpusInGb: 80));

        await small.ReportAsync(first.Id, AttemptReportKind.Failed, error: "CUDA out of memory", failure: AttemptFailureKind.OutOfMemory);
        var second = await large.NextAssignmentAsync();
        Assert.True(second.MemoryBytesPerGpu > 24L << 30);
        await large.ReportAsync(second.Id, AttemptReportKind.Failed, error: "CUDA out of memory again", failure: AttemptFailureKind.OutOfMemory);

        Assert.Equal(("failed", "CUDA out of memory again", 2), await EndOfAsync(taskId));
    }

    [Fact]
    public async Task A_task_that_ran_out_of_the_most_GPU_memory_there_is_fails()
    {
        await using var node = await mesh.JoinAsync("gpu-only", Given.Node(gpusInGb: 24));
        var (taskId, _) = await mesh.SubmitAsync(Given.GpuTask(memoryGb: 8));

        await node.ReportAsync(
            (await node.NextAssignmentAsync()).Id, AttemptReportKind.Failed, error: "CUDA out of memory", failure: AttemptFailureKind.OutOfMemory);

        Assert.Equal(("failed", "it ran out of GPU memory on gpu-only, and no node has a GPU with more", 1), await EndOfAsync(taskId));
    }

    private static TaskSpec Controlled(TaskControls controls) => Given.TestTask() with { Controls = controls };

    private static TaskSpec After(string taskId) => Controlled(new TaskControls { After = [new TaskPrerequisite(taskId, AnyEnd: false)] });

    private static TaskControls Limits(TaskTimeouts timeouts) => new() { Timeouts = timeouts };

    /// <summary>Null while the scheduler that gave up is not followed by the next one.</summary>
    private async Task<string?> SummaryAsync(string taskId)
    {
        try
        {
            return (await mesh.Client.GetGrain<ITaskGrain>(taskId).ExplainAsync())?.Summary;
        }
        catch (MeshUnavailableException)
        {
            return null;
        }
    }

    private async Task<(string Status, string? Error, int Attempt)> EndOfAsync(string taskId)
    {
        var task = await mesh.Client.GetGrain<ITaskGrain>(taskId).WaitAsync(Patience);
        return (task!.Status, task.Error, task.Attempt);
    }
}
