using System.Text.Json.Nodes;
using Aurora.Client.Abstractions.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Aurora.Client.Tests.Testing;

/// <summary>What the mesh of users' tests makes of the controls of a task; its clock is the test's.</summary>
public sealed class InMemoryControlsTests
{
    private readonly FakeTimeProvider clock = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failed_attempt_is_followed_by_the_next_until_there_are_no_more()
    {
        var attempts = 0;
        var mesh = new InMemoryAuroraMesh((_, _) => ++attempts < 3 ? throw new InvalidOperationException($"failure {attempts}") : Task.FromResult<JsonNode?>(attempts));

        var lucky = await mesh.SubmitAsync(new CustomRequest { Script = "x" }, cancellationToken: Cancellation);
        Assert.Equal(3, (await lucky.GetResultAsync(Cancellation))!.Value.GetInt32());
        Assert.Equal(3, (await lucky.GetAsync(Cancellation)).Attempt);
        var events = await lucky.WatchAsync(cancellationToken: Cancellation).ToListAsync(Cancellation);
        Assert.Equal(["failure 1", "failure 2"], events.Where(happened => happened.Kind == "task.requeued").Select(happened => happened.Detail));

        var unlucky = await new InMemoryAuroraMesh((_, _) => throw new InvalidOperationException("always")).SubmitAsync(new CustomRequest { Script = "x", MaxAttempts = 2 }, cancellationToken: Cancellation);
        var ended = await unlucky.WaitAsync(Cancellation);
        Assert.Equal((MeshTaskStatus.Failed, 2, "always"), (ended.Status, ended.Attempt, ended.Error));
    }

    [Fact]
    public async Task A_task_of_several_nodes_waits_since_there_is_one()
    {
        var mesh = new InMemoryAuroraMesh();

        var handle = await mesh.SubmitAsync(new TestRequest { Nodes = 2 }, cancellationToken: Cancellation);

        Assert.Equal(MeshTaskStatus.Queued, (await handle.GetAsync(Cancellation)).Status);
        Assert.Equal("It needs 2 nodes at once, and there is one.", (await mesh.ExplainAsync(handle.TaskId, Cancellation))!.Summary);
        Assert.Null((await mesh.PlanAsync([new TestRequest { Nodes = 2 }], Cancellation))[0].Node);
    }

    [Fact]
    public async Task A_task_that_is_tried_again_by_hand_has_all_its_attempts_again()
    {
        var mesh = new InMemoryAuroraMesh((_, _) => throw new InvalidOperationException("always"));
        var handle = await mesh.SubmitAsync(new CustomRequest { Script = "x", MaxAttempts = 2 }, cancellationToken: Cancellation);
        await handle.WaitAsync(Cancellation);

        Assert.True(await handle.RetryAsync(Cancellation));

        Assert.Equal(4, (await handle.WaitAsync(Cancellation)).Attempt);
    }

    [Fact]
    public async Task An_error_without_an_exit_code_is_final_where_exit_codes_are_named()
    {
        var mesh = new InMemoryAuroraMesh((_, _) => throw new InvalidOperationException("always"));

        var handle = await mesh.SubmitAsync(new CustomRequest { Script = "x", Retry = new TaskRetry { ExitCodes = [75] } }, cancellationToken: Cancellation);

        Assert.Equal(1, (await handle.WaitAsync(Cancellation)).Attempt);
    }

    [Fact]
    public async Task An_attempt_that_runs_too_long_is_stopped_and_tried_again()
    {
        var (began, stopped) = (new TaskCompletionSource(), new TaskCompletionSource());
        var attempts = 0;
        var mesh = new InMemoryAuroraMesh(
            async (_, cancellation) =>
            {
                if (Interlocked.Increment(ref attempts) == 1)
                {
                    cancellation.Register(stopped.SetResult);
                    began.SetResult();
                    await Task.Delay(Timeout.Infinite, cancellation);
                }

                return "second";
            },
            time: clock);
        var handle = await mesh.SubmitAsync(new CustomRequest { Script = "x", Timeouts = new TaskTimeouts { Run = TimeSpan.FromSeconds(30) } }, cancellationToken: Cancellation);

        await began.Task;
        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(1, (await handle.GetAsync(Cancellation)).Attempt);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("second", (await handle.GetResultAsync(Cancellation))!.Value.GetString());
        await stopped.Task.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task Output_keeps_an_attempt_within_its_progress_timeout()
    {
        var mesh = new InMemoryAuroraMesh(RunForEverAsync, time: clock);
        var handle = await mesh.SubmitAsync(new CustomRequest { Script = "x", MaxAttempts = 1, Timeouts = new TaskTimeouts { Progress = TimeSpan.FromSeconds(10) } }, cancellationToken: Cancellation);

        clock.Advance(TimeSpan.FromSeconds(9));
        mesh.Write(handle.TaskId, "one\n");
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(MeshTaskStatus.Running, (await handle.GetAsync(Cancellation)).Status);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Contains("put nothing out", (await handle.WaitAsync(Cancellation)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_queue_timeout_begins_when_the_task_may_start()
    {
        var mesh = new InMemoryAuroraMesh(RunForEverAsync, time: clock);
        var first = await mesh.SubmitAsync(new CustomRequest { Script = "x" }, cancellationToken: Cancellation);
        var second = await mesh.SubmitAsync(
            new CustomRequest { Script = "y", GpuType = "none has it", After = [new TaskPrerequisite(first.TaskId, AnyEnd: true)], Timeouts = new TaskTimeouts { Queue = TimeSpan.FromSeconds(60) } }, cancellationToken: Cancellation);

        clock.Advance(TimeSpan.FromSeconds(100));
        Assert.Equal(MeshTaskStatus.Queued, (await second.GetAsync(Cancellation)).Status);
        Assert.Contains(first.TaskId, (await mesh.ExplainAsync(second.TaskId, Cancellation))!.Summary, StringComparison.Ordinal);
        await first.CancelAsync(Cancellation);
        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(MeshTaskStatus.Queued, (await second.GetAsync(Cancellation)).Status);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Contains("queue timeout of 60 s", (await second.WaitAsync(Cancellation)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_can_no_longer_meet_its_deadline_is_told_of_and_fails_where_it_says_so()
    {
        var mesh = new InMemoryAuroraMesh(time: clock);
        var late = new CustomRequest { Script = "x", GpuType = "none has it", Deadline = clock.GetUtcNow().AddMinutes(10), Duration = TimeSpan.FromMinutes(4) };
        var stays = await mesh.SubmitAsync(late, cancellationToken: Cancellation);
        var fails = await mesh.SubmitAsync(late with { FailsWhenLate = true }, cancellationToken: Cancellation);

        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(MeshTaskStatus.Queued, (await fails.GetAsync(Cancellation)).Status);
        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(MeshTaskStatus.Failed, (await fails.WaitAsync(Cancellation)).Status);
        Assert.Equal(MeshTaskStatus.Queued, (await stays.GetAsync(Cancellation)).Status);
        await stays.CancelAsync(Cancellation);
        Assert.Contains(await stays.WatchAsync(cancellationToken: Cancellation).ToListAsync(Cancellation), happened => happened.Kind == "task.late");
    }

    [Fact]
    public async Task Tasks_that_are_kept_apart_run_one_after_the_other_the_more_important_first()
    {
        var gates = new Dictionary<string, TaskCompletionSource> { ["a"] = new(), ["b"] = new(), ["c"] = new() };
        var mesh = new InMemoryAuroraMesh(async (request, _) =>
        {
            await gates[((CustomRequest)request).Script!].Task;
            return null;
        });
        var first = await mesh.SubmitAsync(new CustomRequest { Script = "a", AntiAffinity = "one" }, cancellationToken: Cancellation);
        var low = await mesh.SubmitAsync(new CustomRequest { Script = "b", AntiAffinity = "one", Priority = 1 }, cancellationToken: Cancellation);
        var high = await mesh.SubmitAsync(new CustomRequest { Script = "c", AntiAffinity = "one", Priority = 9 }, cancellationToken: Cancellation);
        Assert.Equal((MeshTaskStatus.Queued, MeshTaskStatus.Queued), ((await low.GetAsync(Cancellation)).Status, (await high.GetAsync(Cancellation)).Status));

        gates["a"].SetResult();
        await first.WaitAsync(Cancellation);
        gates["c"].SetResult();
        await high.WaitAsync(Cancellation);
        gates["b"].SetResult();
        await low.WaitAsync(Cancellation);

        Assert.True((await high.GetAsync(Cancellation)).StartedAt <= (await low.GetAsync(Cancellation)).StartedAt);
    }

    [Fact]
    public async Task A_pool_is_one_that_the_test_names()
    {
        var mesh = new InMemoryAuroraMesh { Pools = ["default", "train"] };

        await mesh.SubmitAsync(new TestRequest { Pool = "train" }, cancellationToken: Cancellation);
        await Assert.ThrowsAsync<InvalidTaskException>(() => mesh.SubmitAsync(new TestRequest { Pool = "none" }, cancellationToken: Cancellation));
    }

    private static async Task<JsonNode?> RunForEverAsync(MeshTaskRequest request, CancellationToken cancellation)
    {
        await Task.Delay(Timeout.Infinite, cancellation);
        return null;
    }
}
