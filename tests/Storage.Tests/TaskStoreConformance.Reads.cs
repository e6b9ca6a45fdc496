using Aurora.Scheduling.Lifecycle;
using static Aurora.Storage.Tests.Samples;

namespace Aurora.Storage.Tests;

public abstract partial class TaskStoreConformance
{
    [Fact]
    public async Task Active_tasks_are_paged_by_id_in_byte_order()
    {
        string[] ids = ["a", "B", "b", "é", "z", "10", "9", "ended"];
        await Store.CommitAsync([.. ids.Select(id => Insert(Assigned(id), Epoch)), Finish("ended", 1)]);

        var paged = new List<TaskRow>();
        for (string? after = null; ;)
        {
            var page = await Store.ListActiveAsync(after, 2, CancellationToken.None);
            if (page.Count == 0)
            {
                break;
            }

            paged.AddRange(page);
            after = page[^1].TaskId;
        }

        Assert.Equal(["10", "9", "B", "a", "b", "z", "é"], paged.Select(row => row.TaskId));
        Assert.Equivalent(Assigned("10"), paged[0], strict: true);
    }

    [Fact]
    public async Task Schedulable_tasks_come_with_what_placement_needs_and_no_other_texts()
    {
        await Store.CommitAsync([Insert(Queued("b")), Insert(Assigned("a"), Epoch)]);

        var rows = await Store.ReadSchedulableAsync(TaskRow.DefaultPool, CancellationToken.None).ToArrayAsync();

        Assert.Equal(["a", "b"], rows.Select(row => row.TaskId));
        Assert.Equivalent(Queued("b") with { Payload = null }, rows[1], strict: true);
    }

    [Fact]
    public async Task Thousands_of_schedulable_tasks_come_each_once_and_in_order()
    {
        string[] ids = [.. Enumerable.Range(0, 2_500).Select(each => $"t{each:D4}")];
        await Store.CommitAsync([.. ids.Reverse().Select(id => Insert(Queued(id)))]);

        Assert.Equal(ids, await Store.ReadSchedulableAsync(TaskRow.DefaultPool, CancellationToken.None).Select(row => row.TaskId).ToArrayAsync());
    }

    [Fact]
    public async Task Tasks_whose_ids_begin_alike_are_paged_and_counted_by_phase()
    {
        await Store.CommitAsync(
        [
            Insert(Assigned("g-000001"), Epoch), Insert(Queued("g-000000")), Insert(Queued("g-000002")), Finish("g-000001", 1),
            Insert(Queued("g")), Insert(Queued("g.")), Insert(Queued("f-000000")), Insert(Queued("ga-000000")),
        ]);

        var first = await Store.ListWithPrefixAsync("g-", null, 2, CancellationToken.None);
        var rest = await Store.ListWithPrefixAsync("g-", first[^1].TaskId, 2, CancellationToken.None);

        Assert.Equal(["g-000000", "g-000001", "g-000002"], first.Concat(rest).Select(row => row.TaskId));
        Assert.Equal(Queued("g-000000").Payload, first[0].Payload);
        Assert.Equal(
            new Dictionary<TaskPhase, long> { [TaskPhase.Queued] = 2, [TaskPhase.Completed] = 1 },
            await Store.CountWithPrefixAsync("g-", CancellationToken.None));
        Assert.Empty(await Store.CountWithPrefixAsync("none-", CancellationToken.None));
    }

    [Fact]
    public async Task Completed_tasks_are_the_last_ones_oldest_first()
    {
        await Store.CommitAsync([.. Enumerable.Range(0, 5).Select(i => Insert(Assigned($"t{i}"), Epoch)), Insert(Queued("waiting"))]);
        await Store.CommitAsync([.. Enumerable.Range(0, 5).Select(i => FinishAt($"t{i}", 1, Noon.AddMinutes(-i)))]);

        var rows = await Store.ListCompletedAsync(3, CancellationToken.None);

        Assert.Equal(["t2", "t1", "t0"], rows.Select(row => row.TaskId));
        Assert.Equal(Queued("t0").Payload, rows[^1].Payload);
    }

    [Fact]
    public async Task Completed_tasks_are_counted_by_node()
    {
        await Store.CommitAsync(
        [
            Insert(Assigned("a"), Epoch), Insert(Assigned("b"), Epoch), Insert(Assigned("c") with { NodeId = "node-9" }, Epoch),
            Insert(Assigned("failed"), Epoch), Insert(Assigned("running"), Epoch),
            Finish("a", 1), Finish("b", 1), Finish("c", 1),
            new TaskOperation.Finish("failed", 1, TaskPhase.Failed, null, Noon, null, "no", RetryState.Fresh),
        ]);

        var counts = await Store.CountCompletedAsync(TaskRow.DefaultPool, CancellationToken.None);

        Assert.Equal(3, counts.Tasks);
        Assert.Equal(new Dictionary<string, long> { ["node-1"] = 2, ["node-9"] = 1 }, counts.ByNode);
    }

    [Fact]
    public async Task A_task_of_several_nodes_counts_and_is_listed_on_each_of_them()
    {
        await Store.CommitAsync([Insert(Queued("a"), Epoch), Insert(Queued("b"), Epoch), Insert(Assigned("one") with { NodeId = "n1" }, Epoch), Finish("one", 1)]);
        await Store.CommitAsync([Gang("a", 1), Gang("b", 1)]);
        foreach (var rank in new[] { 2, 0, 1 })
        {
            Assert.Equal(["b", "a"], await OnAsync("n2"));
            await Store.DoAsync(EndOf("a", 1, rank));
        }

        await Store.DoAsync(Requeue("b", 1, "n0"));

        Assert.Equal(["a"], await OnAsync("n0"));
        Assert.Equal(["one", "a"], await OnAsync("n1"));
        Assert.Equal(["a"], await OnAsync("n2"));
        Assert.Empty(await OnAsync("n"));
        Assert.Empty(await OnAsync("n1\" OR \"n2"));
        var counts = await Store.CountCompletedAsync(TaskRow.DefaultPool, CancellationToken.None);
        Assert.Equal(2, counts.Tasks);
        Assert.Equal(new Dictionary<string, long> { ["n0"] = 1, ["n1"] = 2, ["n2"] = 1 }, counts.ByNode);

        async Task<IEnumerable<string>> OnAsync(string node) =>
            (await Store.ListAsync(new TaskQuery { NodeId = node }, null, 10, CancellationToken.None)).Rows.Select(row => row.TaskId);
    }

    [Fact]
    public async Task Failed_tasks_are_paged_from_the_latest()
    {
        string[] ids = ["a", "b", "c", "d", "e"];
        await Store.CommitAsync([.. ids.Select(id => Insert(Assigned(id), Epoch)), Insert(Assigned("done"), Epoch), Insert(Queued("cancelled"))]);
        await Store.CommitAsync(
        [
            Fail("a", 1, Noon), Fail("b", 1, Noon.AddSeconds(2)), Fail("c", 1, Noon.AddSeconds(1)), Fail("d", 1, Noon.AddSeconds(2)),
            Fail("e", 1, Noon.AddSeconds(3)), Finish("done", 1), Cancel("cancelled"),
        ]);

        var first = await Store.ListFailedAsync(null, 3, CancellationToken.None);
        var second = await Store.ListFailedAsync((first[^1].CompletedAt!.Value, first[^1].TaskId), 3, CancellationToken.None);

        Assert.Equal(["e", "d", "b"], first.Select(row => row.TaskId));
        Assert.Equal(["c", "a"], second.Select(row => row.TaskId));
        Assert.Equal(new RetryState(3, 1, 3) { Crashes = 1 }, first[0].Retry);
    }

    [Fact]
    public async Task A_quarantine_outlives_registrations_and_is_taken_back()
    {
        await Store.RegisterNodeAsync("n", "{}", CancellationToken.None);

        Assert.True(await Store.SetQuarantineAsync("n", Noon, 3, CancellationToken.None));
        Assert.False(await Store.SetQuarantineAsync("nobody", Noon, 1, CancellationToken.None));
        await Store.RegisterNodeAsync("n", "{}", CancellationToken.None);
        var doubted = Assert.Single(await Store.ListNodesAsync(CancellationToken.None));
        await Store.SetQuarantineAsync("n", null, 0, CancellationToken.None);
        var trusted = await Store.GetNodeAsync("n", CancellationToken.None);

        Assert.Equal((Noon, 3), (doubted.QuarantinedUntil, doubted.Quarantines));
        Assert.Equal((null, 0), (trusted!.QuarantinedUntil, trusted.Quarantines));
    }

    [Fact]
    public async Task What_an_operator_said_of_a_node_outlives_its_registrations()
    {
        await Store.RegisterNodeAsync("n", "{}", CancellationToken.None);

        Assert.True(await Store.SetCordonAsync("n", true, Noon, CancellationToken.None));
        Assert.False(await Store.SetCordonAsync("nobody", true, null, CancellationToken.None));
        await Store.RegisterNodeAsync("n", "{}", CancellationToken.None);
        var drained = await Store.GetNodeAsync("n", CancellationToken.None);
        await Store.SetCordonAsync("n", false, null, CancellationToken.None);
        var open = await Store.GetNodeAsync("n", CancellationToken.None);

        Assert.Equal((true, Noon), (drained!.Cordoned, drained.DrainDeadline));
        Assert.Equal((false, null), (open!.Cordoned, open.DrainDeadline));
    }

    [Fact]
    public async Task Registrations_at_once_are_all_there_each_with_an_epoch_of_its_own()
    {
        var other = Open();
        var epochs = await Task.WhenAll(Enumerable.Range(0, 300).Select(
            number => (number % 2 == 0 ? Store : other).RegisterNodeAsync($"n-{number / 3}", $$"""{"number":{{number}}}""", CancellationToken.None)));

        Assert.All(epochs.Chunk(3), ofNode => Assert.Equal([1, 2, 3], ofNode.Order()));
        Assert.Equal(100, (await Store.ListNodesAsync(CancellationToken.None)).Count(node => node.NodeId.StartsWith("n-", StringComparison.Ordinal) && node.Epoch == 3));
    }

    [Fact]
    public async Task A_nodes_epoch_rises_with_every_registration_and_fences_its_updates()
    {
        Assert.Equal(1, await Store.RegisterNodeAsync("n", """{"a":1}""", CancellationToken.None));
        Assert.Equal(2, await Open().RegisterNodeAsync("n", """{"a":2}""", CancellationToken.None));
        Assert.Equal(1, await Store.RegisterNodeAsync("m", "{}", CancellationToken.None));

        Assert.False(await Store.UpdateNodeAsync("n", 1, "old", CancellationToken.None));
        Assert.True(await Store.UpdateNodeAsync("n", 2, "new", CancellationToken.None));
        Assert.False(await Store.UpdateNodeAsync("nobody", 1, "new", CancellationToken.None));

        var nodes = await Store.ListNodesAsync(CancellationToken.None);
        Assert.Equal(["m", "n"], nodes.Select(node => node.NodeId));
        Assert.Equal(nodes[1], await Store.GetNodeAsync("n", CancellationToken.None));
        Assert.Equal((2L, "new"), (nodes[1].Epoch, nodes[1].Registration));
        Assert.Null(await Store.GetNodeAsync("nobody", CancellationToken.None));
    }

    [Fact]
    public async Task A_working_store_has_nothing_to_report() => Assert.Null(await Store.CheckAsync(CancellationToken.None));

    [Theory]
    [InlineData("")]
    [InlineData("héllo ✓ 漢字 😀")]
    [InlineData("""{"escaped":"\u0000 and \ud800"}""")]
    [InlineData("""  { "spacing" :   1.0e0 }  """)]
    [InlineData("quotes ' \" \\ $1 @p {0} \r\n\t")]
    public async Task Texts_are_kept_exactly(string text)
    {
        await Store.CommitAsync([Insert(Assigned("t") with { Requirements = text, Payload = text }, Epoch), Finish("t", 1, text)]);

        var row = await Store.RowAsync("t");
        Assert.Equal((text, text, text), (row.Requirements, row.Payload, row.Result));
    }

    [Fact]
    public async Task A_text_of_a_megabyte_is_kept()
    {
        var text = new string('é', 1 << 20);

        await Store.DoAsync(Insert(Queued("t") with { Payload = text }));

        Assert.Equal(text, (await Store.RowAsync("t")).Payload);
    }

    [Fact]
    public async Task What_no_database_stores_becomes_a_replacement_character()
    {
        await Store.CommitAsync(
        [
            Insert(Assigned("t"), Epoch),
            new TaskOperation.Finish("t", 1, TaskPhase.Failed, null, Noon, "😀\ud83d", "core\0dumped \udc00!", RetryState.Fresh),
        ]);

        var row = await Store.RowAsync("t");
        Assert.Equal(("😀\ufffd", "core\ufffddumped \ufffd!"), (row.Result, row.Error));
    }

    [Fact]
    public async Task Of_many_tasks_those_that_exist_come_whole()
    {
        await Store.CommitAsync([Insert(Assigned("a"), Epoch), Insert(Queued("b")), Insert(Queued("c"))]);

        var rows = await Store.GetManyAsync(["a", "nobody", "c", "no\0body"], CancellationToken.None);

        Assert.Equivalent(new[] { Assigned("a"), Queued("c") }, rows.OrderBy(row => row.TaskId), strict: true);
        Assert.Empty(await Store.GetManyAsync([], CancellationToken.None));
    }

    [Theory]
    [InlineData("007", "7")]
    [InlineData("AB", "ab")]
    [InlineData("t ", "t")]
    public async Task Ids_that_differ_are_different_tasks(string one, string other)
    {
        var outcomes = await Store.CommitAsync([Insert(Queued(one)), Insert(Queued(other))]);

        Assert.All(outcomes, outcome => Assert.True(outcome.Applied));
        Assert.Equal(one, (await Store.RowAsync(one)).TaskId);
        Assert.Equal(other, (await Store.RowAsync(other)).TaskId);
    }
}
