using Aurora.Scheduling.Lifecycle;
using static Aurora.Storage.Tests.Samples;

namespace Aurora.Storage.Tests;

public abstract partial class TaskStoreConformance
{
    [Fact]
    public async Task A_queued_task_reads_back_as_it_was_inserted()
    {
        var outcome = await Store.DoAsync(Insert(Queued("t")));

        Assert.Equal(new OperationOutcome(true), outcome);
        Assert.Equivalent(Queued("t"), await Store.RowAsync("t"), strict: true);
    }

    [Fact]
    public async Task An_assigned_task_reads_back_as_it_was_inserted()
    {
        var outcome = await Store.DoAsync(Insert(Assigned("t"), Epoch));

        Assert.Equal(new OperationOutcome(true), outcome);
        Assert.Equivalent(Assigned("t"), await Store.RowAsync("t"), strict: true);
    }

    [Fact]
    public async Task Inserting_an_id_again_changes_nothing()
    {
        await Store.DoAsync(Insert(Queued("t")));

        Assert.False((await Store.DoAsync(Insert(Queued("t") with { Payload = "{}", Priority = 9 }))).Applied);
        Assert.Equivalent(Queued("t"), await Store.RowAsync("t"), strict: true);
    }

    [Fact]
    public async Task Inserting_an_id_twice_in_one_call_stores_it_once()
    {
        var outcomes = await Store.CommitAsync([Insert(Queued("t")), Insert(Queued("u")), Insert(Queued("t"))]);

        Assert.Equal(2, outcomes.Count(outcome => outcome.Applied));
        Assert.True(outcomes[1].Applied);
    }

    [Fact]
    public async Task An_insert_of_an_older_scheduler_is_refused_and_stores_nothing()
    {
        var newer = await Open().AcquireSchedulerAsync("default", CancellationToken.None);

        var outcomes = await Store.CommitAsync([Insert(Assigned("t"), Epoch), Insert(Queued("u"), Epoch), Insert(Queued("v"), newer)]);

        Assert.Equal([false, false, true], outcomes.Select(outcome => outcome.Applied));
        Assert.Null(await Store.GetAsync("t", CancellationToken.None));
        Assert.Null(await Store.GetAsync("u", CancellationToken.None));
    }

    [Fact]
    public async Task Assigning_a_queued_task_returns_what_an_agent_needs()
    {
        await Store.DoAsync(Insert(Queued("t")));

        var outcome = await Store.DoAsync(Assign("t", 1, Epoch));

        var expected = Queued("t") with { Phase = TaskPhase.Assigned, Attempt = 1, NodeId = "node-2", NodeEpoch = 9, Gpus = [3] };
        Assert.True(outcome.Applied);
        Assert.Equivalent(expected, outcome.Row, strict: true);
        Assert.Equivalent(expected, await Store.RowAsync("t"), strict: true);
    }

    [Fact]
    public async Task An_assignment_is_refused_for_another_attempt_an_old_epoch_a_wrong_phase_and_an_unknown_task()
    {
        await Store.CommitAsync([Insert(Queued("t")), Insert(Assigned("taken"), Epoch)]);

        var outcomes = await Store.CommitAsync(
        [
            Assign("t", 2, Epoch), Assign("t", 0, Epoch), Assign("t", 1, Epoch - 1), Assign("t", 1, Epoch + 1),
            Assign("taken", 2, Epoch), Assign("nobody", 1, Epoch),
        ]);

        Assert.All(outcomes, outcome => Assert.Equal(default, outcome));
        Assert.Equivalent(Queued("t"), await Store.RowAsync("t"), strict: true);
    }

    [Fact]
    public async Task A_new_scheduler_fences_the_older_one_in_every_process()
    {
        await Store.DoAsync(Insert(Queued("t")));
        var other = Open();

        var newer = await other.AcquireSchedulerAsync("default", CancellationToken.None);

        Assert.True(newer > Epoch);
        Assert.False((await Store.DoAsync(Assign("t", 1, Epoch))).Applied);
        Assert.True((await other.DoAsync(Assign("t", 1, newer))).Applied);
    }

    [Fact]
    public async Task What_an_older_scheduler_decides_is_refused_and_what_a_node_reports_is_not()
    {
        await Store.CommitAsync([Insert(Queued("waits")), Insert(Queued("runs")), Insert(Queued("ends")), Insert(Queued("failed"))]);
        await Store.CommitAsync([Assign("runs", 1, Epoch), Assign("ends", 1, Epoch), Assign("failed", 1, Epoch), Fail("failed", 1, Noon)]);
        var newer = await Open().AcquireSchedulerAsync("default", CancellationToken.None);

        Assert.All(await DecideAsync(Epoch), Assert.False);
        Assert.Equal(
            [TaskPhase.Queued, TaskPhase.Assigned, TaskPhase.Assigned, TaskPhase.Failed],
            (await Task.WhenAll(new[] { "waits", "runs", "ends", "failed" }.Select(id => Store.GetAsync(id, CancellationToken.None)))).Select(row => row!.Phase));
        Assert.All(await DecideAsync(newer), Assert.True);

        await Store.DoAsync(Assign("runs", 2, newer));
        Assert.True((await Store.DoAsync(Requeue("runs", 2, "node-2"))).Applied);

        async Task<bool[]> DecideAsync(long epoch) =>
        [
            (await Store.DoAsync(Requeue("runs", 1, "node-2") with { DecidedUnder = epoch })).Applied,
            (await Store.DoAsync(Finish("ends", 1) with { DecidedUnder = epoch })).Applied,
            (await Store.DoAsync(new TaskOperation.GiveUp("waits", 0, Noon, "in vain") { DecidedUnder = epoch })).Applied,
            (await Store.DoAsync(new TaskOperation.Revive("failed", Noon) { DecidedUnder = epoch })).Applied,
            (await Store.DoAsync(Cancel("failed") with { DecidedUnder = epoch })).Applied,
        ];
    }

    [Fact]
    public async Task Of_two_schedulers_cancels_in_one_group_the_one_of_whom_leads_counts()
    {
        await Store.DoAsync(Insert(Queued("t")));
        var newer = await Store.AcquireSchedulerAsync("default", CancellationToken.None);

        var outcomes = await Store.CommitAsync([Cancel("t") with { DecidedUnder = Epoch }, Cancel("t") with { DecidedUnder = newer }]);

        Assert.Equal([false, true], outcomes.Select(outcome => outcome.Applied));
    }

    [Fact]
    public async Task A_scheduler_of_one_pool_does_not_fence_another_pool()
    {
        await Store.DoAsync(Insert(Queued("t")));
        var other = await Store.AcquireSchedulerAsync("other", CancellationToken.None);

        Assert.NotEqual(Epoch, other);
        Assert.True((await Store.DoAsync(Assign("t", 1, Epoch))).Applied);
    }

    [Fact]
    public async Task Each_pool_has_an_epoch_that_only_its_own_newer_scheduler_makes_old()
    {
        var older = await Store.AcquireSchedulerAsync("other", CancellationToken.None);
        await Store.AcquireSchedulerAsync("default", CancellationToken.None);
        Assert.True((await Store.DoAsync(new TaskOperation.Insert(Queued("theirs") with { Pool = "other" }, older))).Applied);

        var newer = await Open().AcquireSchedulerAsync("other", CancellationToken.None);

        Assert.False((await Store.DoAsync(new TaskOperation.Insert(Queued("late") with { Pool = "other" }, older))).Applied);
        Assert.False((await Store.DoAsync(Assign("theirs", 1, older))).Applied);
        Assert.True((await Store.DoAsync(Assign("theirs", 1, newer))).Applied);
    }

    [Fact]
    public async Task A_scheduler_rebuilds_from_the_tasks_of_its_pool_and_counts_only_those()
    {
        var other = await Store.AcquireSchedulerAsync("other", CancellationToken.None);
        await Store.CommitAsync(
        [
            Insert(Queued("a")), new TaskOperation.Insert(Queued("b") with { Pool = "other" }, other),
            Insert(Assigned("c"), Epoch), new TaskOperation.Insert(Assigned("d") with { Pool = "other" }, other),
        ]);
        await Store.CommitAsync([Finish("c", 1), Finish("d", 1)]);

        Assert.Equal(["a"], await Store.ReadSchedulableAsync(TaskRow.DefaultPool, CancellationToken.None).Select(row => row.TaskId).ToArrayAsync());
        var theirs = Assert.Single(await Store.ReadSchedulableAsync("other", CancellationToken.None).ToArrayAsync());
        Assert.Equal(("b", "other"), (theirs.TaskId, theirs.Pool));
        Assert.Equal(1, (await Store.CountCompletedAsync(TaskRow.DefaultPool, CancellationToken.None)).Tasks);
        Assert.Equal(1, (await Store.CountCompletedAsync("other", CancellationToken.None)).Tasks);
        Assert.Equal(["default", "other"], await Store.ListPoolsAsync(CancellationToken.None));
    }

    [Fact]
    public async Task An_assigned_task_starts_once()
    {
        await Store.DoAsync(Insert(Assigned("t"), Epoch));

        Assert.False((await Store.DoAsync(Start("t", 2))).Applied);
        Assert.True((await Store.DoAsync(Start("t", 1))).Applied);
        Assert.False((await Store.DoAsync(Start("t", 1))).Applied);
        Assert.Equivalent(
            Assigned("t") with { Phase = TaskPhase.Running, StartedAt = Noon.AddSeconds(1) }, await Store.RowAsync("t"), strict: true);
    }

    [Fact]
    public async Task A_task_finishes_once_and_only_for_its_attempt()
    {
        await Store.CommitAsync([Insert(Assigned("t"), Epoch), Insert(Queued("waiting"))]);

        Assert.False((await Store.DoAsync(Finish("t", 2))).Applied);
        Assert.False((await Store.DoAsync(Finish("waiting", 0))).Applied);
        Assert.True((await Store.DoAsync(Finish("t", 1))).Applied);
        Assert.False((await Store.DoAsync(Finish("t", 1, "other"))).Applied);
        Assert.Equivalent(
            Assigned("t") with
            {
                Phase = TaskPhase.Completed,
                StartedAt = Noon.AddSeconds(1),
                CompletedAt = Noon.AddSeconds(2),
                Result = """{"ok":true}""",
            },
            await Store.RowAsync("t"),
            strict: true);
    }

    [Fact]
    public async Task A_failed_task_keeps_its_error_and_the_start_that_was_stored()
    {
        await Store.CommitAsync([Insert(Assigned("t"), Epoch), Start("t", 1)]);

        await Store.DoAsync(new TaskOperation.Finish("t", 1, TaskPhase.Failed, null, Noon.AddSeconds(2), null, "out of memory", RetryState.Fresh));

        var row = await Store.RowAsync("t");
        Assert.Equal((TaskPhase.Failed, Noon.AddSeconds(1), "out of memory"), (row.Phase, row.StartedAt, row.Error));
    }

    [Fact]
    public async Task A_requeued_task_keeps_its_attempt_so_that_the_next_one_is_higher()
    {
        await Store.CommitAsync([Insert(Assigned("t"), Epoch), Start("t", 1)]);

        Assert.False((await Store.DoAsync(Requeue("t", 2))).Applied);
        Assert.False((await Store.DoAsync(Requeue("t", 1, "another-node"))).Applied);
        Assert.True((await Store.DoAsync(Requeue("t", 1))).Applied);
        Assert.False((await Store.DoAsync(Requeue("t", 1))).Applied);
        Assert.False((await Store.DoAsync(Finish("t", 1))).Applied);
        Assert.False((await Store.DoAsync(Assign("t", 1, Epoch))).Applied);
        Assert.True((await Store.DoAsync(Assign("t", 2, Epoch))).Applied);
        Assert.False((await Store.DoAsync(Finish("t", 1))).Applied);
        var row = await Store.RowAsync("t");
        Assert.Equal((TaskPhase.Assigned, 2, null), (row.Phase, row.Attempt, row.StartedAt));
    }

    [Fact]
    public async Task A_retry_keeps_its_history_its_delay_and_its_last_error_until_it_is_assigned()
    {
        await Store.DoAsync(Insert(Assigned("t") with { Retry = new RetryState(0, 0, 7), RequestHash = "abc" }, Epoch));

        await Store.DoAsync(new TaskOperation.Requeue("t", 1, "node-1", new RetryState(1, 2, 7), Noon.AddMinutes(1), "boom") { EndedAt = Noon.AddSeconds(2) });
        var waiting = await Store.RowAsync("t");
        var assigned = await Store.DoAsync(Assign("t", 2, Epoch));
        var running = await Store.RowAsync("t");

        Assert.Equal(
            (TaskPhase.Queued, new RetryState(1, 2, 7), Noon.AddMinutes(1), "boom", "abc"),
            (waiting.Phase, waiting.Retry, waiting.NotBefore, waiting.Error, waiting.RequestHash));
        Assert.Equal(new RetryState(1, 2, 7), assigned.Row!.Retry);
        Assert.Equal((null, "boom"), (running.NotBefore, running.Error));
    }

    [Fact]
    public async Task A_loss_leaves_the_error_of_the_failure_before_it()
    {
        await Store.DoAsync(Insert(Assigned("t"), Epoch));
        await Store.DoAsync(new TaskOperation.Requeue("t", 1, "node-1", new RetryState(1, 0, 3), null, "boom") { EndedAt = Noon.AddSeconds(2) });
        await Store.DoAsync(Assign("t", 2, Epoch));

        await Store.DoAsync(new TaskOperation.Requeue("t", 2, "node-2", new RetryState(1, 1, 3), null, null) { EndedAt = Noon.AddSeconds(2) });

        Assert.Equal("boom", (await Store.RowAsync("t")).Error);
    }

    [Fact]
    public async Task Only_a_failed_task_is_revived_and_its_attempts_go_on_counting()
    {
        await Store.CommitAsync([Insert(Assigned("failed"), Epoch), Insert(Assigned("done"), Epoch), Insert(Queued("waiting"))]);
        await Store.CommitAsync([Fail("failed", 1, Noon), Finish("done", 1)]);

        var outcomes = await Store.CommitAsync(
            [new TaskOperation.Revive("failed", Noon), new TaskOperation.Revive("done", Noon), new TaskOperation.Revive("waiting", Noon), new TaskOperation.Revive("nobody", Noon)]);

        Assert.Equal([true, false, false, false], outcomes.Select(outcome => outcome.Applied));
        var row = await Store.RowAsync("failed");
        Assert.Equal(
            (TaskPhase.Queued, 1, RetryState.Fresh, null, null), (row.Phase, row.Attempt, row.Retry, row.Error, row.CompletedAt));
        Assert.Equal(("failed", 1), (outcomes[0].Row!.TaskId, outcomes[0].Row!.Attempt));
        Assert.True((await Store.DoAsync(Assign("failed", 2, Epoch))).Applied);
    }

    [Fact]
    public async Task Of_two_inserts_of_one_id_in_one_group_the_first_is_stored()
    {
        foreach (var round in Enumerable.Range(0, 20))
        {
            var id = $"twice-{round}";
            var outcomes = await Store.CommitAsync(
                [.. Enumerable.Range(0, 30).Select(i => Insert(Queued(id) with { Payload = $"{i}" }))]);

            Assert.True(outcomes[0].Applied);
            Assert.Single(outcomes, outcome => outcome.Applied);
            Assert.Equal("0", (await Store.RowAsync(id)).Payload);
        }
    }

    [Fact]
    public async Task Cancelling_returns_the_row_as_it_was_and_happens_once()
    {
        await Store.CommitAsync([Insert(Assigned("t"), Epoch), Start("t", 1)]);

        var outcomes = await Store.CommitAsync([Cancel("t"), Cancel("nobody"), Cancel("t")]);

        Assert.Single(outcomes, outcome => outcome.Applied);
        Assert.Equivalent(
            Assigned("t") with { Phase = TaskPhase.Running, StartedAt = Noon.AddSeconds(1), Requirements = null, Payload = null },
            outcomes.Single(outcome => outcome.Applied).Row,
            strict: true);
        Assert.False((await Store.DoAsync(Cancel("t"))).Applied);
        Assert.False((await Store.DoAsync(Finish("t", 1))).Applied);
        var row = await Store.RowAsync("t");
        Assert.Equal((TaskPhase.Cancelled, Noon.AddSeconds(3), "by request"), (row.Phase, row.CompletedAt, row.Error));
    }

    [Fact]
    public async Task One_call_takes_a_task_through_its_whole_life_whatever_the_order_in_the_list()
    {
        var outcomes = await Store.CommitAsync(
            [Finish("t", 1), Start("t", 1), Insert(Queued("t")), Assign("t", 1, Epoch), Cancel("t")]);

        Assert.Equal([true, true, true, true, false], outcomes.Select(outcome => outcome.Applied));
    }

    [Fact]
    public async Task Operations_that_no_store_could_accept_are_refused_before_they_are_queued()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Store.DoAsync(Insert(Queued(""))));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.DoAsync(Insert(Queued("a\0b"))));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.DoAsync(Insert(Queued("\ud800"))));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.DoAsync(Insert(Queued("t") with { Phase = TaskPhase.Running })));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.DoAsync(Insert(Queued("t") with { Priority = 11 })));
        await Assert.ThrowsAsync<ArgumentException>(
            () => Store.DoAsync(new TaskOperation.Finish("t", 1, TaskPhase.Cancelled, null, Noon, null, null, RetryState.Fresh)));
        Assert.Null(await Store.GetAsync("t", CancellationToken.None));
        Assert.Null(await Store.GetAsync("a\0b", CancellationToken.None));
    }

    [Fact]
    public async Task No_operations_have_no_outcomes() => Assert.Empty(await Store.CommitAsync([]));
}
