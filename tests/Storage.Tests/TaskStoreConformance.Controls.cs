using Aurora.Scheduling.Lifecycle;
using static Aurora.Storage.Tests.Samples;

namespace Aurora.Storage.Tests;

/// <summary>What a task says beyond its needs.</summary>
public abstract partial class TaskStoreConformance
{
    [Fact]
    public async Task Controls_the_memory_floor_and_the_crashes_come_back_wherever_a_scheduler_reads()
    {
        await Store.DoAsync(Insert(Assigned("t") with { Controls = """{"after": []}""" }, Epoch));
        var retry = new RetryState(1, 2, 3) { MemoryFloor = 36L << 30, Crashes = 1 };
        await Store.DoAsync(new TaskOperation.Requeue("t", 1, "node-1", retry, null, "out of memory") { EndedAt = Noon.AddSeconds(2), DecidedUnder = Epoch });

        var rebuilt = Assert.Single(await Store.ReadSchedulableAsync(TaskRow.DefaultPool, CancellationToken.None).ToArrayAsync());
        var assigned = await Store.DoAsync(Assign("t", 2, Epoch));

        Assert.Equal(("""{"after": []}""", retry), (rebuilt.Controls, rebuilt.Retry));
        Assert.Equal(("""{"after": []}""", retry), (assigned.Row!.Controls, assigned.Row.Retry));
    }

    [Fact]
    public async Task Crashes_are_taken_back_once_from_a_task_that_waits_or_runs_and_a_nodes_report_leaves_them()
    {
        await Store.CommitAsync([Insert(Assigned("t"), Epoch), Insert(Assigned("done"), Epoch)]);
        await Store.CommitAsync([Fail("done", 1, Noon), Requeue("t", 1) with { DecidedUnder = Epoch, Retry = RetryState.Fresh with { Losses = 2, Crashes = 2 } }]);

        Assert.False((await Store.DoAsync(Pardon("t", 0))).Applied);
        Assert.True((await Store.DoAsync(Pardon("t", 1))).Applied);
        Assert.Equal((2, 1), ((await Store.RowAsync("t")).Retry.Losses, (await Store.RowAsync("t")).Retry.Crashes));
        await Store.DoAsync(Assign("t", 2, Epoch));
        Assert.True((await Store.DoAsync(Pardon("t", 1, crashes: 0))).Applied);
        await Store.DoAsync(Requeue("t", 2, "node-2") with { Retry = RetryState.Fresh with { Failures = 1, Crashes = 2 } });

        Assert.Equal((1, 0), ((await Store.RowAsync("t")).Retry.Failures, (await Store.RowAsync("t")).Retry.Crashes));
        Assert.False((await Store.DoAsync(Pardon("t", 1))).Applied);
        Assert.False((await Store.DoAsync(Pardon("done", 1))).Applied);
        Assert.False((await Store.DoAsync(new TaskOperation.Pardon("t", 2, 1) { DecidedUnder = Epoch - 1 })).Applied);
        Assert.Equal((0, 1), ((await Store.RowAsync("t")).Retry.Crashes, (await Store.RowAsync("done")).Retry.Crashes));

        TaskOperation.Pardon Pardon(string id, int attempt, int crashes = 1) => new(id, attempt, crashes) { DecidedUnder = Epoch };
    }

    [Fact]
    public async Task Only_a_waiting_task_is_given_up_and_only_at_its_attempt()
    {
        await Store.CommitAsync([Insert(Queued("waiting"), Epoch), Insert(Assigned("placed"), Epoch)]);

        var outcomes = await Store.CommitAsync(
            [GiveUp("waiting", 1), GiveUp("placed", 1), GiveUp("nobody", 0), GiveUp("waiting", 0)]);

        Assert.Equal([false, false, false, true], outcomes.Select(outcome => outcome.Applied));
        var row = await Store.RowAsync("waiting");
        Assert.Equal((TaskPhase.Failed, Noon.AddSeconds(9), "too late"), (row.Phase, row.CompletedAt, row.Error));
        Assert.False((await Store.DoAsync(Assign("waiting", 1, Epoch))).Applied);
        Assert.True((await Store.DoAsync(new TaskOperation.Revive("waiting", Noon.AddMinutes(1)))).Applied);
        Assert.Equal(Noon.AddMinutes(1), (await Store.RowAsync("waiting")).NotBefore);
    }

    [Fact]
    public async Task Standings_are_those_of_the_tasks_that_exist()
    {
        await Store.CommitAsync([Insert(Assigned("done"), Epoch), Insert(Queued("waiting"), Epoch)]);
        await Store.DoAsync(Finish("done", 1));

        var found = await Store.FindAsync(["done", "nobody", "waiting", "no\0body"], CancellationToken.None);

        Assert.Equal(
            [new TaskStanding("done", TaskPhase.Completed, Noon.AddSeconds(2)), new TaskStanding("waiting", TaskPhase.Queued, null)],
            found.OrderBy(standing => standing.TaskId));
    }

    [Fact]
    public async Task A_webhook_is_due_once_its_task_ended_and_is_claimed_by_one_caller_at_a_time()
    {
        await Store.CommitAsync([Insert(Assigned("t") with { WebhookDue = Noon }, Epoch), Insert(Assigned("silent"), Epoch)]);
        Assert.Empty(await ClaimAsync(Noon.AddHours(1)));
        await Store.CommitAsync([Finish("t", 1), Finish("silent", 1)]);

        var first = Assert.Single(await ClaimAsync(Noon.AddHours(1)));
        var meanwhile = await ClaimAsync(Noon.AddHours(1).AddSeconds(59));
        var second = Assert.Single(await ClaimAsync(Noon.AddHours(1).AddSeconds(60)));

        Assert.Equal(("t", 1, "{\"ok\":true}"), (first.TaskId, first.WebhookAttempts, first.Result));
        Assert.Empty(meanwhile);
        Assert.Equal(2, second.WebhookAttempts);
    }

    [Fact]
    public async Task A_webhook_is_called_again_when_its_caller_says_so_and_never_after_it_is_settled()
    {
        await Store.CommitAsync([Insert(Assigned("t") with { WebhookDue = Noon }, Epoch)]);
        await Store.DoAsync(Fail("t", 1, Noon));
        await ClaimAsync(Noon);

        await Store.SettleWebhookAsync("t", Noon.AddMinutes(5), "it answered 500", CancellationToken.None);
        Assert.Empty(await ClaimAsync(Noon.AddMinutes(4)));
        Assert.Equal("it answered 500", Assert.Single(await ClaimAsync(Noon.AddMinutes(5))).WebhookError);
        await Store.SettleWebhookAsync("t", null, null, CancellationToken.None);
        Assert.Empty(await ClaimAsync(Noon.AddYears(1)));
        var settled = await Store.RowAsync("t");
        Assert.Equal((null, 2, null), (settled.WebhookDue, settled.WebhookAttempts, settled.WebhookError));

        await Store.DoAsync(new TaskOperation.Revive("t", Noon.AddHours(1)));
        var revived = await Store.RowAsync("t");
        Assert.Equal((Noon.AddHours(1), 0), (revived.WebhookDue, revived.WebhookAttempts));
    }

    [Fact]
    public async Task Labelled_tasks_come_the_latest_first_and_in_pages()
    {
        const string Vision = """{"labels":{"team":"vision","odd \"key\"":"$.x"}}""";
        await Store.CommitAsync(
        [
            Insert(Queued("t1") with { Controls = Vision }, Epoch), Insert(Queued("t2") with { Controls = """{"labels":{"team":"audio"}}""" }, Epoch),
            Insert(Assigned("t3") with { Controls = Vision }, Epoch), Insert(Queued("t4"), Epoch), Insert(Queued("t5") with { Controls = """{"webhook":"vision"}""" }, Epoch),
        ]);
        await Store.DoAsync(Finish("t3", 1));

        Assert.Equal(["t3"], await LabelledAsync("team", "vision", null, 1));
        Assert.Equal(["t1"], await LabelledAsync("team", "vision", "t3", 10));
        Assert.Equal(["t3", "t1"], await LabelledAsync("odd \"key\"", "$.x", null, 10));
        Assert.Empty(await LabelledAsync("team", "visio", null, 10));
        Assert.Empty(await LabelledAsync("te\0am", "vision", null, 10));

        async Task<IEnumerable<string>> LabelledAsync(string key, string value, string? before, int limit) =>
            (await Store.ListAsync(new TaskQuery { Label = (key, value) }, before, limit, CancellationToken.None)).Rows.Select(row => row.TaskId);
    }

    [Fact]
    public async Task Callers_at_the_same_time_share_the_webhooks_among_them()
    {
        const int Tasks = 60;
        await Store.CommitAsync([.. Enumerable.Range(0, Tasks).Select(number => Insert(Assigned($"t{number:D2}") with { WebhookDue = Noon }, Epoch))]);
        await Store.CommitAsync([.. Enumerable.Range(0, Tasks).Select(number => Finish($"t{number:D2}", 1))]);

        var claims = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            var taken = new List<string>();
            while (await ClaimAsync(Noon.AddHours(1)) is { Count: > 0 } rows)
            {
                taken.AddRange(rows.Select(row => row.TaskId));
            }

            return taken;
        }));

        Assert.Equal(Tasks, claims.SelectMany(taken => taken).Distinct().Count());
        Assert.Equal(Tasks, claims.Sum(taken => taken.Count));
    }

    private static TaskOperation.GiveUp GiveUp(string id, int attempt) => new(id, attempt, Noon.AddSeconds(9), "too late");

    private Task<IReadOnlyList<TaskRow>> ClaimAsync(DateTimeOffset now) => Store.ClaimWebhooksAsync(now, now.AddSeconds(60), 10, CancellationToken.None);
}
