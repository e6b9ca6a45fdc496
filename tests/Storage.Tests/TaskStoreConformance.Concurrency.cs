using Aurora.Scheduling.Lifecycle;
using static Aurora.Storage.Tests.Samples;

namespace Aurora.Storage.Tests;

public abstract partial class TaskStoreConformance
{
    private const int Tasks = 20;

    [Fact]
    public async Task Ten_thousand_operations_in_one_call_have_their_outcomes_in_order()
    {
        TaskOperation[] operations =
        [
            .. Enumerable.Range(0, 5000).Select(i => Insert(i % 2 == 0 ? Assigned($"t{i}") : Queued($"t{i}"), Epoch)),
            .. Enumerable.Range(0, 5000).Select(i => Finish($"t{i}", 1)),
        ];

        var outcomes = await Store.CommitAsync(operations);

        Assert.All(outcomes[..5000], outcome => Assert.True(outcome.Applied));
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => i % 2 == 0), outcomes[5000..].Select(outcome => outcome.Applied));
        Assert.Equal(2500, (await Store.ListActiveAsync(null, 10_000, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task Eight_workers_in_two_processes_leave_every_task_with_one_end_and_growing_attempts()
    {
        var other = Open();
        await Store.CommitAsync([.. Enumerable.Range(0, Tasks).Select(i => Insert(Queued($"t{i}")))]);

        var histories = await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => Task.Run(() => WorkAsync(seed % 2 == 0 ? Store : other, seed))));

        var applied = histories.SelectMany(history => history).ToLookup(operation => operation.TaskId);
        for (var i = 0; i < Tasks; i++)
        {
            var row = await Store.RowAsync($"t{i}");
            var history = applied[row.TaskId].ToList();
            var ends = history.Count(operation => operation is TaskOperation.Finish or TaskOperation.Cancel);
            var attempts = history.OfType<TaskOperation.Assign>().Select(assign => assign.Attempt).Order().ToList();
            Assert.Equal(row.Phase >= TaskPhase.Completed ? 1 : 0, ends);
            Assert.Equal(Enumerable.Range(1, row.Attempt), attempts);
            Assert.Equal(history.OfType<TaskOperation.Requeue>().Count(), history.OfType<TaskOperation.Requeue>().DistinctBy(requeue => requeue.Attempt).Count());
        }
    }

    [Fact]
    public async Task Of_a_cancel_and_a_finish_at_the_same_time_one_wins()
    {
        var other = Open();
        const int races = 200;
        await Store.CommitAsync([.. Enumerable.Range(0, races).Select(i => Insert(Assigned($"t{i}"), Epoch))]);

        await Task.WhenAll(Enumerable.Range(0, races).Select(async i =>
        {
            var outcomes = await Task.WhenAll(Store.DoAsync(Finish($"t{i}", 1)), other.DoAsync(Cancel($"t{i}")));
            var row = await Store.RowAsync($"t{i}");
            Assert.Single(outcomes, outcome => outcome.Applied);
            Assert.Equal(outcomes[0].Applied ? TaskPhase.Completed : TaskPhase.Cancelled, row.Phase);
            Assert.Equal(outcomes[0].Applied, row.Result is not null);
        }));
    }

    [Fact]
    public async Task A_refused_text_does_not_fail_its_neighbours()
    {
        var neighbours = Enumerable.Range(0, 50).Select(i => Store.DoAsync(Insert(Queued($"t{i}")))).ToList();
        var poisoned = Store.DoAsync(Insert(Queued("poison\0")));
        neighbours.AddRange(Enumerable.Range(50, 50).Select(i => Store.DoAsync(Insert(Queued($"t{i}")))));

        await Assert.ThrowsAsync<ArgumentException>(() => poisoned);
        Assert.All(await Task.WhenAll(neighbours), outcome => Assert.True(outcome.Applied));
    }

    [Fact]
    public async Task Migrating_again_and_at_the_same_time_changes_nothing()
    {
        await Store.DoAsync(Insert(Queued("t")));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Open().InitializeAsync(CancellationToken.None)));

        Assert.Equivalent(Queued("t"), await Store.RowAsync("t"), strict: true);
    }

    [Fact]
    public async Task A_schema_of_a_later_release_is_refused()
    {
        await SetSchemaVersionAsync(999);

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => Open().InitializeAsync(CancellationToken.None));

        Assert.Contains("999", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disposed_store_commits_what_it_has_and_refuses_more()
    {
        var store = Open();
        var last = store.DoAsync(Insert(Queued("last")));

        await store.DisposeAsync();

        Assert.True((await last).Applied);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.DoAsync(Insert(Queued("late"))));
    }

    protected abstract Task SetSchemaVersionAsync(int version);

    private async Task<List<TaskOperation>> WorkAsync(ITaskStore store, int seed)
    {
        var random = new Random(seed);
        var applied = new List<TaskOperation>();
        for (var i = 0; i < 150; i++)
        {
            var id = $"t{random.Next(Tasks)}";
            var attempt = (await store.RowAsync(id)).Attempt;
            TaskOperation operation = random.Next(20) switch
            {
                < 8 => Assign(id, attempt + 1, Epoch),
                < 11 => Start(id, attempt),
                < 17 => Requeue(id, attempt),
                < 19 => Finish(id, attempt),
                _ => Cancel(id),
            };
            if ((await store.DoAsync(operation)).Applied)
            {
                applied.Add(operation);
            }
        }

        return applied;
    }
}
