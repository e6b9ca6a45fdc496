using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Grains.Tests;

/// <summary>Attempts that end without ending their task.</summary>
public sealed class RetryTests(MeshCluster mesh) : IClassFixture<MeshCluster>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_failure_is_tried_again_until_the_attempts_are_used_up()
    {
        await using var node = await mesh.JoinAsync("failing");
        var (taskId, _) = await mesh.SubmitAsync();

        foreach (var attempt in Enumerable.Range(1, 3))
        {
            var assignment = await node.NextAssignmentAsync();
            Assert.Equal((taskId, attempt), (assignment.TaskId, assignment.Attempt));
            Assert.Equal(attempt - 1, assignment.History.Failures);
            await node.ReportAsync(assignment.Id, AttemptReportKind.Failed, error: $"boom {attempt}");
        }

        var task = await mesh.Client.GetGrain<ITaskGrain>(taskId).WaitAsync(Patience);
        Assert.Equal(("failed", "boom 3", 3), (task!.Status, task.Error, task.Attempt));
    }

    [Fact]
    public async Task A_failure_that_is_reported_twice_is_tried_again_once()
    {
        await using var node = await mesh.JoinAsync("repeating");
        var (taskId, _) = await mesh.SubmitAsync();
        var first = await node.NextAssignmentAsync();

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => node.ReportAsync(first.Id, AttemptReportKind.Failed, error: "boom")));
        var second = await node.NextAssignmentAsync();
        await node.CompleteAsync(second.Id);

        Assert.Equal((taskId, 2, 1), (second.TaskId, second.Attempt, second.History.Failures));
        Assert.Equal("completed", (await mesh.GetAsync(taskId)).Status);
    }

    [Fact]
    public async Task A_final_failure_is_not_tried_again()
    {
        await using var node = await mesh.JoinAsync("refusing");
        var (taskId, _) = await mesh.SubmitAsync();

        var assignment = await node.NextAssignmentAsync();
        await node.ReportAsync(assignment.Id, AttemptReportKind.Failed, error: "no such model", isFinal: true);

        Assert.Equal(("failed", 1), ((await mesh.GetAsync(taskId)).Status, (await mesh.GetAsync(taskId)).Attempt));
    }

    [Fact]
    public async Task A_retry_that_waits_says_why_and_until_when()
    {
        await using var node = await mesh.JoinAsync("unlucky");
        var (taskId, _) = await mesh.SubmitAsync(Given.TestTask() with { MaxAttempts = 100 });
        TaskView task;
        do
        {
            // A delay is drawn from zero up; one of several is long enough to be seen.
            var assignment = await node.NextAssignmentAsync();
            await node.ReportAsync(assignment.Id, AttemptReportKind.Failed, error: "boom");
            task = await mesh.GetAsync(taskId);
        }
        while (task.Status != "queued");

        Assert.Equal(("boom", null), (task.LastError, task.Error));
        Assert.NotNull(task.NotBefore);
        Assert.Equal(CancelOutcome.Cancelled, await mesh.Client.GetGrain<ITaskGrain>(taskId).CancelAsync());
    }

    [Fact]
    public async Task A_dead_letter_is_given_another_chance()
    {
        await using var node = await mesh.JoinAsync("recovering");
        var (taskId, _) = await mesh.SubmitAsync();
        var grain = mesh.Client.GetGrain<ITaskGrain>(taskId);
        Assert.Equal(RetryOutcome.NotFailed, await grain.RetryAsync());
        await node.ReportAsync((await node.NextAssignmentAsync()).Id, AttemptReportKind.Failed, isFinal: true);

        var outcome = await grain.RetryAsync();
        var second = await node.NextAssignmentAsync();
        await node.CompleteAsync(second.Id);

        Assert.Equal((RetryOutcome.Queued, 2), (outcome, second.Attempt));
        Assert.Equal("completed", (await grain.WaitAsync(Patience))!.Status);
        Assert.Equal(RetryOutcome.NotFound, await mesh.Client.GetGrain<ITaskGrain>("task_nobody").RetryAsync());
    }

    [Fact]
    public async Task Lost_nodes_are_counted_apart_from_failures()
    {
        var (taskId, _) = await mesh.SubmitAsync();
        foreach (var losses in Enumerable.Range(0, 3))
        {
            var victim = await mesh.JoinAsync($"victim-{losses}");
            var assignment = await victim.NextAssignmentAsync();
            Assert.Equal(new AttemptHistory(0, losses, 3), assignment.History);
            await victim.DisposeAsync();
        }

        await using var survivor = await mesh.JoinAsync("survivor");
        var last = await survivor.NextAssignmentAsync();
        await survivor.CompleteAsync(last.Id);

        Assert.Equal((taskId, 4), (last.TaskId, last.Attempt));
        Assert.Equal("completed", (await mesh.GetAsync(taskId)).Status);
    }
}
