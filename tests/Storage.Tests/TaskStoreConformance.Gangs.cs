using Aurora.Scheduling.Cost;
using Aurora.Scheduling.Lifecycle;
using Aurora.Scheduling.Model;
using static Aurora.Storage.Tests.Samples;

namespace Aurora.Storage.Tests;

/// <summary>A gang has one row and one attempt number: its members are written together, and it is completed with the last of them.</summary>
public abstract partial class TaskStoreConformance
{
    private static readonly GangMember[] Three = [new("n0", 3, [0, 1]), new("n1", 4, []), new("n2", 5, [7])];

    [Fact]
    public async Task A_gang_is_assigned_with_all_its_members_in_one_write()
    {
        await Store.DoAsync(Insert(Queued("t"), Epoch));

        var assigned = await Store.DoAsync(Gang("t", 1));
        var again = await Store.DoAsync(Gang("t", 1));
        var stale = await Store.DoAsync(new TaskOperation.AssignGang("t", 2, Three, Epoch + 1_000));

        Assert.Equal((true, false, false), (assigned.Applied, again.Applied, stale.Applied));
        Assert.Equal("""{"model": "m"}""", assigned.Row!.Payload);
        foreach (var row in new[] { assigned.Row, await Store.RowAsync("t"), Assert.Single(await Store.ListActiveAsync(null, 9, CancellationToken.None)) })
        {
            Assert.Equal((TaskPhase.Assigned, 1, "n0", 3L), (row.Phase, row.Attempt, row.NodeId, row.NodeEpoch));
            Assert.Equal([0, 1], row.Gpus);
            Assert.Equal(["n0", "n1", "n2"], row.Members!.Select(member => member.NodeId));
            Assert.Equal([3L, 4L, 5L], row.Members!.Select(member => member.NodeEpoch));
            Assert.Equal([2, 0, 1], row.Members!.Select(member => member.Gpus.Count));
            Assert.DoesNotContain(row.Members!, member => member.HasEnded);
        }
    }

    [Fact]
    public async Task A_task_of_one_node_has_no_members()
    {
        await Store.DoAsync(Insert(Assigned("t"), Epoch));

        Assert.Null((await Store.RowAsync("t")).Members);
        Assert.False((await Store.DoAsync(EndOf("t", 1, 0))).Applied);
    }

    [Fact]
    public async Task The_last_member_that_ends_completes_the_task_with_the_result_of_rank_0()
    {
        await Store.DoAsync(Insert(Queued("t"), Epoch));
        await Store.DoAsync(new TaskOperation.AssignGang("t", 1, Three, Epoch) { Price = new AttemptPrice(NodeTenure.Spot, 3.6, 7.2) });

        var first = await Store.DoAsync(EndOf("t", 1, 0, """{"rank":0}"""));
        var repeated = await Store.DoAsync(EndOf("t", 1, 0, """{"rank":0}"""));
        var second = await Store.DoAsync(EndOf("t", 1, 2, """{"rank":2}"""));
        var between = await Store.RowAsync("t");
        var last = await Store.DoAsync(EndOf("t", 1, 1, """{"rank":1}"""));
        var late = await Store.DoAsync(EndOf("t", 1, 1));

        Assert.Equal([true, true, true, true, false], new[] { first, repeated, second, last, late }.Select(outcome => outcome.Applied));
        Assert.Equal([false, false, false, true, false], new[] { first, repeated, second, last, late }.Select(outcome => outcome.Completes));
        Assert.Equal(TaskPhase.Running, between.Phase);
        Assert.Equal([true, false, true], between.Members!.Select(member => member.HasEnded));
        var row = await Store.RowAsync("t");
        Assert.Equal((TaskPhase.Completed, """{"rank":0}""", null), (row.Phase, row.Result, row.Error));
        Assert.NotNull(row.CompletedAt);

        // It ran from the first start until the last end; whoever ended before is charged until then.
        Assert.Equal(default, first.Charge);
        Assert.Equal(0.010, last.Charge.Amount, precision: 9);
        Assert.Equal(0.010, row.Cost, precision: 9);
        Assert.Equal(10.0, Assert.Single(await CostsAsync()).Seconds);
    }

    [Fact]
    public async Task Of_members_that_end_in_one_group_one_is_told_that_it_completes_the_task()
    {
        await Store.DoAsync(Insert(Queued("t"), Epoch));
        await Store.DoAsync(Insert(Queued("u"), Epoch));
        await Store.DoAsync(Gang("t", 1));
        await Store.DoAsync(Gang("u", 1));

        var outcomes = await Store.CommitAsync([EndOf("t", 1, 1), EndOf("t", 1, 0, "1"), EndOf("u", 1, 2), EndOf("t", 1, 2), EndOf("t", 9, 2)]);

        Assert.Equal([true, true, true, true, false], outcomes.Select(outcome => outcome.Applied));
        Assert.Equal(1, outcomes.Count(outcome => outcome.Completes));
        Assert.False(outcomes[2].Completes);
        Assert.Equal((TaskPhase.Completed, "1"), ((await Store.RowAsync("t")).Phase, (await Store.RowAsync("t")).Result));
        Assert.Equal([false, false, true], (await Store.RowAsync("u")).Members!.Select(member => member.HasEnded));
    }

    [Fact]
    public async Task A_member_that_fails_ends_the_attempt_for_all_and_the_next_attempt_begins_with_all_open()
    {
        await Store.DoAsync(Insert(Queued("t"), Epoch));
        await Store.DoAsync(Gang("t", 1));
        await Store.DoAsync(EndOf("t", 1, 0, "1"));

        Assert.True((await Store.DoAsync(Requeue("t", 1, "n0"))).Applied);
        Assert.False((await Store.DoAsync(EndOf("t", 1, 2))).Applied);
        Assert.True((await Store.DoAsync(Gang("t", 2))).Applied);
        Assert.False((await Store.DoAsync(EndOf("t", 1, 2))).Applied);
        Assert.DoesNotContain((await Store.RowAsync("t")).Members!, member => member.HasEnded);

        var cancelled = await Store.DoAsync(Cancel("t"));
        Assert.Equal(["n0", "n1", "n2"], cancelled.Row!.Members!.Select(member => member.NodeId));
        Assert.False((await Store.DoAsync(EndOf("t", 2, 0))).Applied);
    }

    [Fact]
    public async Task A_gang_may_have_64_members()
    {
        await Store.DoAsync(Insert(Queued("t"), Epoch));
        await Store.DoAsync(new TaskOperation.AssignGang("t", 1, [.. Enumerable.Range(0, 64).Select(rank => new GangMember($"n{rank}", 1, []))], Epoch));

        for (var rank = 63; rank > 0; rank--)
        {
            Assert.False((await Store.DoAsync(EndOf("t", 1, rank))).Completes);
        }

        Assert.True((await Store.DoAsync(EndOf("t", 1, 0))).Completes);
    }

    private TaskOperation Gang(string id, int attempt) => new TaskOperation.AssignGang(id, attempt, Three, Epoch);

    private static TaskOperation EndOf(string id, int attempt, int rank, string? result = null) =>
        new TaskOperation.EndMember(id, attempt, rank, Noon.AddSeconds(1), Noon.AddSeconds(11), result);
}
