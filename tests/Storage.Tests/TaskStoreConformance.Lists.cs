using Aurora.Scheduling.Lifecycle;
using static Aurora.Storage.Tests.Samples;

namespace Aurora.Storage.Tests;

/// <content>Lists of tasks by what they are.</content>
public abstract partial class TaskStoreConformance
{
    [Fact]
    public async Task A_list_has_what_meets_every_condition_the_latest_first()
    {
        const string Acme = """{"tenant":"acme","labels":{"team":"vision"}}""";
        await Store.CommitAsync(
        [
            Insert(Queued("t1")), Insert(Queued("t2") with { Controls = Acme }), Insert(Assigned("t3"), Epoch), Insert(Assigned("t4") with { Controls = Acme, TaskType = "training" }, Epoch),
            Insert(Assigned("t5"), Epoch), Insert(Assigned("t6") with { NodeId = "node-9" }, Epoch), Insert(Queued("t7") with { Controls = """{"tenant":"default"}""" }),
        ]);
        await Store.CommitAsync([Finish("t4", 1), Fail("t5", 1, Noon), Requeue("t3", 1)]);

        Assert.Equal(["t7", "t6", "t5", "t4", "t3", "t2", "t1"], await ListAsync(new TaskQuery()));
        Assert.Equal(["t7", "t3", "t2", "t1"], await ListAsync(new TaskQuery { Phases = [TaskPhase.Queued] }));
        Assert.Equal(["t7", "t5", "t3", "t2", "t1"], await ListAsync(new TaskQuery { Phases = [TaskPhase.Queued, TaskPhase.Failed] }));
        Assert.Equal(["t5", "t4"], await ListAsync(new TaskQuery { NodeId = "node-1" }));
        Assert.Equal(["t4", "t2"], await ListAsync(new TaskQuery { Tenant = "acme" }));
        Assert.Equal(["t7", "t6", "t5", "t3", "t1"], await ListAsync(new TaskQuery { Tenant = TaskRow.DefaultTenant }));
        Assert.Equal(["t4"], await ListAsync(new TaskQuery { TaskType = "training" }));
        Assert.Equal(["t2"], await ListAsync(new TaskQuery { Tenant = "acme", Label = ("team", "vision"), Phases = [TaskPhase.Queued, TaskPhase.Running] }));
        Assert.Empty(await ListAsync(new TaskQuery { Tenant = "acme", NodeId = "node-9" }));
        Assert.Empty(await ListAsync(new TaskQuery { TaskType = "' OR true --" }));
        Assert.Empty(await ListAsync(new TaskQuery { NodeId = "node\01" }));

        async Task<IEnumerable<string>> ListAsync(TaskQuery query) => (await Store.ListAsync(query, null, 10, CancellationToken.None)).Rows.Select(row => row.TaskId);
    }

    [Theory]
    [InlineData(1, 100)]
    [InlineData(3, 100)]
    [InlineData(2, 3)]
    [InlineData(100, 1)]
    [InlineData(100, 7)]
    public async Task A_list_is_read_page_by_page_whatever_a_page_looks_at(int limit, int reach)
    {
        // Every fifth is wanted: with a short reach a page has fewer than its limit, or none.
        await Store.CommitAsync([.. Enumerable.Range(0, 30).Select(number => Insert(Queued($"t{number:D2}") with { TaskType = number % 5 == 0 ? "training" : "test" }))]);

        var listed = new List<string>();
        string? before = null;
        do
        {
            var page = await Store.ListAsync(new TaskQuery { TaskType = "training", Phases = [TaskPhase.Queued], Reach = reach }, before, limit, CancellationToken.None);
            Assert.InRange(page.Rows.Count, 0, limit);
            Assert.True(page.Next is null || before is null || string.CompareOrdinal(page.Next, before) < 0, $"{page.Next} does not come before {before}");
            listed.AddRange(page.Rows.Select(row => row.TaskId));
            before = page.Next;
        }
        while (before is not null);

        Assert.Equal(["t25", "t20", "t15", "t10", "t05", "t00"], listed);
    }

    [Fact]
    public async Task A_list_of_nothing_has_one_page()
    {
        var page = await Store.ListAsync(new TaskQuery { Phases = [TaskPhase.Failed] }, null, 10, CancellationToken.None);

        Assert.Empty(page.Rows);
        Assert.Null(page.Next);
    }
}
