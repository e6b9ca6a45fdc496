using System.Text.Json.Nodes;

namespace Aurora.Client.Tests.Conformance;

/// <content>Lists, groups, dead letters, plans, and what is done to nodes.</content>
public abstract partial class MeshConformance
{
    [Fact]
    public async Task The_same_key_means_the_same_task_and_another_body_is_a_conflict()
    {
        var options = new SubmitOptions { IdempotencyKey = $"order-{Guid.NewGuid()}" };

        var first = await Mesh.SubmitAsync(new TestRequest(), options, Cancellation);
        var again = await Mesh.SubmitAsync(new TestRequest(), options, Cancellation);
        var other = await Mesh.SubmitAsync(new TestRequest(), cancellationToken: Cancellation);

        Assert.Equal(first.TaskId, again.TaskId);
        Assert.NotEqual(first.TaskId, other.TaskId);
        await Assert.ThrowsAsync<IdempotencyConflictException>(() => Mesh.SubmitAsync(new TestRequest { Priority = 6 }, options, Cancellation));
    }

    [Fact]
    public async Task What_a_task_says_of_itself_is_shown_again()
    {
        var handle = await Mesh.SubmitAsync(
            new TestRequest { Labels = new Dictionary<string, string> { ["team"] = "vision" }, Timeouts = new TaskTimeouts { Run = TimeSpan.FromSeconds(30) }, Tenant = "acme" },
            cancellationToken: Cancellation);

        var task = await handle.WaitAsync(Cancellation);
        Assert.Equal("vision", task.Members["labels"].GetProperty("team").GetString());
        Assert.Equal(30, task.Members["timeouts"].GetProperty("run_s").GetDouble());
        Assert.Equal("acme", task.Members["tenant"].GetString());
    }

    [Fact]
    public async Task A_task_comes_after_another_one()
    {
        var first = await Mesh.SubmitAsync(new TestRequest(), cancellationToken: Cancellation);
        var second = await Mesh.SubmitAsync(new TestRequest { After = [new TaskPrerequisite(first.TaskId)] }, cancellationToken: Cancellation);

        Assert.Equal(MeshTaskStatus.Completed, (await second.WaitAsync(Cancellation)).Status);
        var refusal = await Assert.ThrowsAsync<InvalidTaskException>(() =>
            Mesh.SubmitAsync(new TestRequest { After = [new TaskPrerequisite("task_nobody")] }, cancellationToken: Cancellation));
        Assert.Contains("after[0]", refusal.Errors.Keys);
    }

    [Fact]
    public async Task A_pool_that_never_was_is_refused()
    {
        var refusal = await Assert.ThrowsAsync<InvalidTaskException>(() => Mesh.SubmitAsync(new TestRequest { Pool = "nobody" }, cancellationToken: Cancellation));

        Assert.Contains("pool", refusal.Errors.Keys);
    }

    [Fact]
    public async Task A_task_whose_prerequisite_fails_fails_too_unless_any_end_will_do()
    {
        var failed = await Mesh.SubmitAsync(new TestRequest { FailWith = "out of luck", MaxAttempts = 1 }, cancellationToken: Cancellation);
        var after = await Mesh.SubmitAsync(new TestRequest { After = [new TaskPrerequisite(failed.TaskId)] }, cancellationToken: Cancellation);
        var tidy = await Mesh.SubmitAsync(new TestRequest { After = [new TaskPrerequisite(failed.TaskId, AnyEnd: true)] }, cancellationToken: Cancellation);

        var ended = await after.WaitAsync(Cancellation);
        Assert.Equal(MeshTaskStatus.Failed, ended.Status);
        Assert.Contains($"{failed.TaskId}, which it comes after, failed", ended.Error, StringComparison.Ordinal);
        Assert.Equal(MeshTaskStatus.Completed, (await tidy.WaitAsync(Cancellation)).Status);
    }

    [Fact]
    public async Task An_attempt_that_takes_longer_than_it_may_is_a_failure()
    {
        var handle = await Mesh.SubmitAsync(
            new TestRequest { Sleep = TimeSpan.FromHours(1), MaxAttempts = 1, Timeouts = new TaskTimeouts { Run = TimeSpan.FromMilliseconds(50) } }, cancellationToken: Cancellation);

        var ended = await handle.WaitAsync(Cancellation);
        Assert.Equal(MeshTaskStatus.Failed, ended.Status);
        Assert.Contains("longer than its run timeout of 0.05 s", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_waits_for_longer_than_it_may_fails()
    {
        var handle = await Mesh.SubmitAsync(NeverPlaced with { Timeouts = new TaskTimeouts { Queue = TimeSpan.FromMilliseconds(50) } }, cancellationToken: Cancellation);

        Assert.Equal(MeshTaskStatus.Failed, (await handle.WaitAsync(Cancellation)).Status);
    }

    [Fact]
    public async Task Tasks_are_listed_by_label_page_by_page_the_latest_first()
    {
        var batch = Guid.NewGuid().ToString();
        var handles = await Mesh.SubmitBatchAsync(
            [.. Enumerable.Range(0, 5).Select(_ => new TestRequest { Labels = new Dictionary<string, string> { ["batch"] = batch } })], cancellationToken: Cancellation);

        var listed = await Mesh.ListLabelledAsync("batch", batch, Cancellation).ToListAsync(Cancellation);
        var first = await Mesh.ListPageAsync(TaskListing.Labelled("batch", batch), limit: 2, cancellationToken: Cancellation);
        var second = await Mesh.ListPageAsync(TaskListing.Labelled("batch", batch), first.NextCursor, limit: 4, cancellationToken: Cancellation);

        Assert.Equal(handles.Reverse().Select(handle => handle.TaskId), listed.Select(task => task.TaskId));
        Assert.Equal(listed.Select(task => task.TaskId), first.Tasks.Concat(second.Tasks).Select(task => task.TaskId));
        Assert.Null(second.NextCursor);
        Assert.Empty(await Mesh.ListLabelledAsync("batch", "another", Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Tasks_are_listed_by_what_they_are()
    {
        var tenant = Guid.NewGuid().ToString();
        var waiting = await Mesh.SubmitAsync(NeverPlaced with { Tenant = tenant }, cancellationToken: Cancellation);
        var done = await Mesh.SubmitAsync(new TestRequest { Tenant = tenant }, cancellationToken: Cancellation);
        var failed = await Mesh.SubmitAsync(new TestRequest { Tenant = tenant, FailWith = "no", MaxAttempts = 1 }, cancellationToken: Cancellation);
        var node = (await done.WaitAsync(Cancellation)).AssignedNode!;
        await failed.WaitAsync(Cancellation);

        Assert.Equal(Sorted(waiting, done, failed), await ListAsync(new TaskFilter { Tenant = tenant }));
        Assert.Equal(Sorted(failed, waiting), await ListAsync(new TaskFilter { Tenant = tenant, Statuses = [MeshTaskStatus.Queued, MeshTaskStatus.Failed] }));
        Assert.Equal([done.TaskId], await ListAsync(new TaskFilter { Tenant = tenant, TaskType = "test", Node = node, Statuses = [MeshTaskStatus.Completed] }));
        Assert.DoesNotContain(waiting.TaskId, await ListAsync(new TaskFilter { Tenant = tenant, Node = node }));
        Assert.Empty(await ListAsync(new TaskFilter { Tenant = tenant, TaskType = "training" }));
        Assert.Empty(await ListAsync(new TaskFilter { Tenant = tenant, Statuses = [MeshTaskStatus.Pending] }));
        Assert.Empty(await ListAsync(new TaskFilter { Tenant = "default", Statuses = [MeshTaskStatus.Queued], Label = new("none", "such") }));
        Assert.Throws<ArgumentException>("Node", () => TaskListing.Matching(new TaskFilter { Node = "" }));

        async Task<IEnumerable<string>> ListAsync(TaskFilter filter) => (await Mesh.ListMatchingAsync(filter, Cancellation).ToListAsync(Cancellation)).Select(task => task.TaskId);

        // Submits of one moment may be made by different clocks: the order is the ids'.
        static IEnumerable<string> Sorted(params TaskHandle[] handles) => handles.Select(handle => handle.TaskId).OrderDescending(StringComparer.Ordinal);
    }

    [Fact]
    public async Task Tasks_that_wait_are_listed_page_by_page_and_stand_in_the_queue()
    {
        var handles = await Mesh.SubmitBatchAsync([NeverPlaced with { Priority = 3 }, NeverPlaced with { Priority = 9 }, NeverPlaced], cancellationToken: Cancellation);
        var ids = handles.Select(handle => handle.TaskId).ToList();

        var listed = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Mesh.ListPageAsync(TaskListing.Active, cursor, limit: 2, cancellationToken: Cancellation);
            listed.AddRange(page.Tasks.Select(task => task.TaskId));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal(ids, listed.Where(ids.Contains));
        var queue = await Mesh.GetQueueAsync(1_000, cancellationToken: Cancellation);
        Assert.Equal([ids[1], ids[2], ids[0]], queue.Tasks.Select(task => task.TaskId).Where(ids.Contains));
        Assert.True(queue.Queued >= 3);
        Assert.Equal([ids[1]], (await Mesh.GetQueueAsync(1_000, minPriority: 9, cancellationToken: Cancellation)).Tasks.Select(task => task.TaskId).Where(ids.Contains));
        Assert.Equal([ids[0]], (await Mesh.GetQueueAsync(1_000, maxPriority: 4, cancellationToken: Cancellation)).Tasks.Select(task => task.TaskId).Where(ids.Contains));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Mesh.GetQueueAsync(minPriority: 6, maxPriority: 5, cancellationToken: Cancellation));
        Assert.All(queue.Tasks, task => Assert.NotEmpty(task.Reason));
        Assert.Equal(3, await new GroupHandle(Mesh, handles[0].Submission!.GroupId!).CancelAsync(Cancellation));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(501)]
    public Task A_page_has_a_size(int limit) =>
        Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Mesh.ListPageAsync(TaskListing.Active, limit: limit, cancellationToken: Cancellation));

    [Fact]
    public async Task A_dead_letter_is_listed_and_tried_again_on_request()
    {
        var handle = await Mesh.SubmitAsync(new TestRequest { FailWith = "out of luck", MaxAttempts = 1 }, cancellationToken: Cancellation);
        Assert.Equal(MeshTaskStatus.Failed, (await handle.WaitAsync(Cancellation)).Status);

        Assert.Contains(await Mesh.ListDeadLettersAsync(Cancellation).ToListAsync(Cancellation), task => task.TaskId == handle.TaskId);
        Assert.True(await handle.RetryAsync(Cancellation));
        Assert.Equal(MeshTaskStatus.Failed, (await handle.WaitAsync(Cancellation)).Status);
        Assert.Contains(await handle.WatchAsync(cancellationToken: Cancellation).ToListAsync(Cancellation), happened => happened.Kind == "task.retried");

        var completed = await Mesh.SubmitAsync(new TestRequest(), cancellationToken: Cancellation);
        await completed.WaitAsync(Cancellation);
        Assert.False(await completed.RetryAsync(Cancellation));
        await Assert.ThrowsAsync<TaskNotFoundException>(() => Mesh.RetryAsync("task_00000000000000000000000000000000", Cancellation));
    }

    [Fact]
    public async Task An_array_is_one_task_many_times_each_with_its_number()
    {
        var request = new TestRequest { Payload = new JsonObject { ["part"] = "{index} of 3" }, Labels = new Dictionary<string, string> { ["kept"] = "{index}" } };

        var group = await Mesh.SubmitArrayAsync(request, 3, cancellationToken: Cancellation);

        Assert.Equal((3L, 3L), ((await group.WaitAsync(Cancellation)).Total, (await group.GetAsync(Cancellation)).Completed));
        Assert.All(group.Submissions, submission => Assert.Equal((true, group.GroupId), (submission.IsAccepted, submission.GroupId)));
        var results = await group.ResultsAsync(cancellationToken: Cancellation).ToListAsync(Cancellation);
        Assert.Equal(group.Submissions.Select(submission => submission.TaskId), results.Select(result => result.TaskId));
        Assert.Equal(["0 of 3", "1 of 3", "2 of 3"], results.Select(result => result.Result!.Value.GetProperty("echo").GetProperty("part").GetString()));
        var task = (await Mesh.FindAsync(results[2].TaskId, Cancellation))!;
        Assert.Equal((group.GroupId, "{index}"), (task.GroupId, task.Members["labels"].GetProperty("kept").GetString()));
    }

    [Fact]
    public async Task An_array_under_a_key_is_submitted_once_and_cancelled_as_a_whole()
    {
        var options = new SubmitOptions { IdempotencyKey = $"array-{Guid.NewGuid()}" };

        var group = await Mesh.SubmitArrayAsync(NeverPlaced, 4, options, Cancellation);
        var again = await Mesh.SubmitArrayAsync(NeverPlaced, 4, options, Cancellation);

        Assert.Equal(group.GroupId, again.GroupId);
        await Assert.ThrowsAsync<IdempotencyConflictException>(() => Mesh.SubmitArrayAsync(NeverPlaced, 5, options, Cancellation));
        Assert.Equal((4L, 4L, false), ((await group.GetAsync(Cancellation)).Total, (await group.GetAsync(Cancellation)).Queued, (await group.WaitAtMostAsync(TimeSpan.Zero, Cancellation)).HasEnded));
        Assert.Equal(4, await group.CancelAsync(Cancellation));
        Assert.Equal(0, await again.CancelAsync(Cancellation));
        Assert.Equal((4L, 1.0), ((await group.WaitAsync(Cancellation)).Cancelled, (await group.GetAsync(Cancellation)).Progress));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_001)]
    public async Task An_array_has_a_size(int count)
    {
        var refusal = await Assert.ThrowsAsync<InvalidTaskException>(() => Mesh.SubmitArrayAsync(new TestRequest(), count, cancellationToken: Cancellation));

        Assert.Equal(["count"], refusal.Errors.Keys);
    }

    [Fact]
    public async Task A_group_is_waited_for_read_and_tried_again()
    {
        var handles = await Mesh.SubmitBatchAsync(
            [.. Enumerable.Range(0, 5).Select(i => new TestRequest { Payload = i, FailWith = i == 3 ? "out of luck" : null, MaxAttempts = 1 })], cancellationToken: Cancellation);
        var group = new GroupHandle(Mesh, handles[0].Submission!.GroupId!);

        var ended = await group.WaitAsync(Cancellation);
        Assert.Equal((5L, 4L, 1L, 1.0, true), (ended.Total, ended.Completed, ended.Failed, ended.Progress, ended.HasEnded));
        var results = await group.ResultsAsync(cancellationToken: Cancellation).ToListAsync(Cancellation);
        Assert.Equal([0, 1, 2, 3, 4], results.Select(result => result.Index));
        Assert.Equal(handles.Select(handle => handle.TaskId), results.Select(result => result.TaskId));
        Assert.Equal(4, results[4].Result!.Value.GetProperty("echo").GetInt32());
        var failed = Assert.Single(await group.ResultsAsync(MeshTaskStatus.Failed, Cancellation).ToListAsync(Cancellation));
        Assert.Equal(3, failed.Index);
        Assert.Contains("out of luck", failed.Error!, StringComparison.Ordinal);
        Assert.Null(failed.Result);

        Assert.Equal(1, await group.RetryAsync(Cancellation));
        Assert.Equal(1, (await group.WaitAsync(Cancellation)).Failed);
        Assert.Equal(0, await group.CancelAsync(Cancellation));
        Assert.Equal(group.GroupId, (await handles[0].GetAsync(Cancellation)).GroupId ?? group.GroupId);
    }

    [Theory]
    [InlineData("group_nobody")]
    [InlineData("nonsense")]
    public async Task A_group_that_is_not_there_is_said_to_be_so(string groupId)
    {
        Assert.Null(await Mesh.FindGroupAsync(groupId, Cancellation));
        Assert.Null(await Mesh.WaitGroupAsync(groupId, TimeSpan.FromSeconds(30), Cancellation));
        await Assert.ThrowsAsync<GroupNotFoundException>(() => Mesh.CancelGroupAsync(groupId, Cancellation));
        await Assert.ThrowsAsync<GroupNotFoundException>(() => Mesh.RetryGroupAsync(groupId, Cancellation));
        await Assert.ThrowsAsync<GroupNotFoundException>(async () => await Mesh.ReadGroupAsync(groupId, cancellationToken: Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task A_plan_says_where_tasks_would_go_and_submits_nothing()
    {
        var label = Guid.NewGuid().ToString();
        var labels = new Dictionary<string, string> { ["planned"] = label };

        var plan = await Mesh.PlanAsync([new TestRequest { Labels = labels }, NeverPlaced with { Labels = labels }], Cancellation);

        Assert.Equal(["assigned", "queued"], plan.Select(task => task.Status));
        Assert.Equal((await Mesh.ListNodesAsync(Cancellation))[0].NodeId, plan[0].Node);
        Assert.Null(plan[1].Node);
        Assert.All(plan, task => Assert.NotEmpty(task.Summary));
        Assert.Empty(await Mesh.ListLabelledAsync("planned", label, Cancellation).ToListAsync(Cancellation));
        var refusal = await Assert.ThrowsAsync<InvalidTaskException>(() => Mesh.PlanAsync([new TestRequest(), new TestRequest { Priority = 11 }], Cancellation));
        Assert.Contains("tasks[1].priority", refusal.Errors.Keys);
    }

    [Fact]
    public async Task A_closed_node_gets_no_work_until_it_is_opened()
    {
        var node = Assert.Single(await Mesh.ListNodesAsync(Cancellation)).NodeId;
        await Mesh.CordonAsync(node, Cancellation);
        try
        {
            Assert.Equal("cordoned", Assert.Single(await Mesh.ListNodesAsync(Cancellation)).Status);
            var handle = await Mesh.SubmitAsync(new TestRequest { Payload = "waits" }, cancellationToken: Cancellation);
            Assert.Equal("queued", handle.Submission!.Status);

            await Mesh.UncordonAsync(node, Cancellation);
            Assert.Equal("waits", (await handle.GetResultAsync(Cancellation))!.Value.GetProperty("echo").GetString());

            await Mesh.DrainAsync(node, TimeSpan.FromMinutes(1), Cancellation);
            Assert.Contains(Assert.Single(await Mesh.ListNodesAsync(Cancellation)).Status, (string[])["draining", "drained"]);
        }
        finally
        {
            await Mesh.UncordonAsync(node, Cancellation);
        }

        Assert.Equal("active", Assert.Single(await Mesh.ListNodesAsync(Cancellation)).Status);
    }

    [Fact]
    public async Task A_node_that_never_joined_is_said_to_be_so()
    {
        await Assert.ThrowsAsync<NodeNotFoundException>(() => Mesh.CordonAsync("nobody", Cancellation));
        await Assert.ThrowsAsync<NodeNotFoundException>(() => Mesh.UncordonAsync("nobody", Cancellation));
        await Assert.ThrowsAsync<NodeNotFoundException>(() => Mesh.DrainAsync("nobody", TimeSpan.Zero, Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Mesh.DrainAsync("nobody", TimeSpan.FromHours(25), Cancellation));
    }

    [Fact]
    public async Task A_request_to_a_model_without_a_name_is_refused()
    {
        var refusal = await Assert.ThrowsAsync<InvalidTaskException>(() => Mesh.InferAsync(new OpenAiRequest(OpenAiRequest.Chat, new JsonObject()), Cancellation));
        Assert.Contains("model", refusal.Errors.Keys);
    }
}
