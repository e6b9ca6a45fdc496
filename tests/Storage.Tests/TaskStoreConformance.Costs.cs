using Aurora.Scheduling.Cost;
using Aurora.Scheduling.Lifecycle;
using Aurora.Scheduling.Model;
using static Aurora.Storage.Tests.Samples;

namespace Aurora.Storage.Tests;

/// <summary>What attempts cost is committed with their end.</summary>
public abstract partial class TaskStoreConformance
{
    private static readonly AttemptPrice Priced = new(NodeTenure.Spot, PerHour: 3.6, OnDemandPerHour: 7.2);

    [Fact]
    public async Task An_attempt_is_charged_from_its_start_to_its_end_once()
    {
        await Store.DoAsync(new TaskOperation.Insert(Assigned("t"), Epoch) { Price = Priced });
        await Store.DoAsync(Start("t", 1));

        var ended = await Store.DoAsync(FinishAt("t", 1, Noon.AddSeconds(11)));
        var again = await Store.DoAsync(FinishAt("t", 1, Noon.AddSeconds(99)));

        Assert.Equal((0.010, 0.020), (Math.Round(ended.Charge.Amount, 9), Math.Round(ended.Charge.OnDemand, 9)));
        Assert.Equal((false, default), (again.Applied, again.Charge));
        Assert.Equal(0.010, (await Store.RowAsync("t")).Cost, precision: 9);
        var cost = Assert.Single(await CostsAsync());
        Assert.Equal((DateOnly.FromDateTime(Noon.UtcDateTime), "node-1", null, "inference"), (cost.Day, cost.NodeId, cost.Tenant, cost.TaskType));
        Assert.Equal(("default", NodeTenure.Spot, 1L, 10.0), (cost.Pool, cost.Tenure, cost.Attempts, cost.Seconds));
        Assert.Equal((0.010, 0.020), (Math.Round(cost.Amount, 9), Math.Round(cost.OnDemand, 9)));
    }

    [Fact]
    public async Task Attempts_add_up_on_their_task_each_at_its_own_price()
    {
        await Store.DoAsync(new TaskOperation.Insert(Assigned("t") with { Controls = """{"tenant":"acme"}""", Pool = "default" }, Epoch) { Price = Priced });
        await Store.DoAsync(Start("t", 1));

        // Its node was lost; that was noticed after 4 s of running.
        var lost = await Store.DoAsync(new TaskOperation.Requeue("t", 1, "node-1", RetryState.Fresh, null, null) { EndedAt = Noon.AddSeconds(5) });
        await Store.DoAsync(new TaskOperation.Assign("t", 2, "node-2", 9, [3], Epoch) { Price = Priced with { Tenure = NodeTenure.Owned, PerHour = 36, OnDemandPerHour = 36 } });
        var ended = await Store.DoAsync(new TaskOperation.Finish(
            "t", 2, TaskPhase.Completed, Noon.AddSeconds(6), Noon.AddSeconds(8), null, null, RetryState.Fresh));

        Assert.Equal((0.004, 0.020), (Math.Round(lost.Charge.Amount, 9), Math.Round(ended.Charge.Amount, 9)));
        Assert.Equal(0.024, (await Store.RowAsync("t")).Cost, precision: 9);
        Assert.Equal(
            [("node-1", "acme", NodeTenure.Spot, 4.0), ("node-2", "acme", NodeTenure.Owned, 2.0)],
            (await CostsAsync()).Select(cost => (cost.NodeId, cost.Tenant!, cost.Tenure, cost.Seconds)));
    }

    [Fact]
    public async Task What_attempts_occupied_goes_back_into_line_with_their_task()
    {
        await Store.DoAsync(Insert(Assigned("t") with { Gpus = [0, 2] }, Epoch));
        await Store.DoAsync(Start("t", 1));
        await Store.DoAsync(new TaskOperation.Requeue("t", 1, "node-1", RetryState.Fresh, null, null) { EndedAt = Noon.AddSeconds(5) });
        await Store.DoAsync(new TaskOperation.Assign("t", 2, "node-2", 9, [], Epoch));
        await Store.DoAsync(new TaskOperation.Requeue("t", 2, "node-2", RetryState.Fresh, null, "boom") { EndedAt = Noon.AddSeconds(20), StartedAt = Noon.AddSeconds(13) });

        // Four seconds of two GPUs, and seven without one.
        Assert.Equal(15, (await Store.RowAsync("t")).AttainedGpuSeconds, precision: 6);
    }

    [Fact]
    public async Task A_failed_attempt_is_charged_from_the_start_that_its_report_tells()
    {
        await Store.DoAsync(new TaskOperation.Insert(Assigned("t"), Epoch) { Price = Priced });

        await Store.DoAsync(new TaskOperation.Requeue("t", 1, "node-1", RetryState.Fresh, null, "boom") { EndedAt = Noon.AddSeconds(5), StartedAt = Noon.AddSeconds(3) });

        Assert.Equal(0.002, (await Store.RowAsync("t")).Cost, precision: 9);
    }

    [Fact]
    public async Task What_never_ran_costs_nothing_and_a_start_before_the_submission_is_not_believed()
    {
        await Store.CommitAsync(
        [
            new TaskOperation.Insert(Assigned("moved"), Epoch) { Price = Priced }, new TaskOperation.Insert(Assigned("cancelled"), Epoch) { Price = Priced },
            new TaskOperation.Insert(Assigned("old"), Epoch) { Price = Priced }, Insert(Queued("waits"), Epoch),
        ]);

        await Store.CommitAsync(
        [
            Requeue("moved", 1), Cancel("cancelled"), Cancel("waits"),
            new TaskOperation.Finish("old", 1, TaskPhase.Completed, Noon.AddYears(-3), Noon.AddSeconds(1), null, null, RetryState.Fresh),
        ]);

        Assert.Equal((0, 0, 0), ((await Store.RowAsync("moved")).Cost, (await Store.RowAsync("cancelled")).Cost, (await Store.RowAsync("waits")).Cost));
        Assert.Equal(0.001, (await Store.RowAsync("old")).Cost, precision: 9);
    }

    [Fact]
    public async Task A_cancelled_attempt_is_charged_until_it_was_cancelled()
    {
        await Store.DoAsync(new TaskOperation.Insert(Assigned("t"), Epoch) { Price = Priced });
        await Store.DoAsync(Start("t", 1));

        var cancelled = await Store.DoAsync(Cancel("t"));
        await Store.DoAsync(Cancel("t"));

        Assert.Equal(0.002, cancelled.Charge.Amount, precision: 9);
        Assert.Equal(TaskPhase.Running, cancelled.Row!.Phase);
        Assert.Equal(0.002, (await Store.RowAsync("t")).Cost, precision: 9);
        Assert.Single(await CostsAsync());
    }

    [Fact]
    public async Task Two_processes_that_end_one_attempt_at_once_charge_it_once()
    {
        var other = Open();
        await other.InitializeAsync(CancellationToken.None);
        string[] ids = [.. Enumerable.Range(0, 50).Select(number => $"t{number:00}")];
        await Store.CommitAsync([.. ids.Select(id => new TaskOperation.Insert(Assigned(id), Epoch) { Price = Priced })]);
        await Store.CommitAsync([.. ids.Select(id => Start(id, 1))]);

        var outcomes = await Task.WhenAll(
            Store.CommitAsync([.. ids.Select(id => FinishAt(id, 1, Noon.AddSeconds(11)))]),
            other.CommitAsync([.. ids.Select(id => new TaskOperation.Requeue(id, 1, "node-1", RetryState.Fresh, null, null) { EndedAt = Noon.AddSeconds(11) })]));

        Assert.All(ids.Index(), each => Assert.NotEqual(outcomes[0][each.Index].Applied, outcomes[1][each.Index].Applied));
        Assert.Equal(0.5, outcomes.SelectMany(each => each).Sum(outcome => outcome.Charge.Amount), precision: 9);
        Assert.Equal((50L, 0.5), ((await CostsAsync()).Sum(cost => cost.Attempts), Math.Round((await CostsAsync()).Sum(cost => cost.Amount), 9)));
    }

    [Fact]
    public async Task Costs_are_listed_by_the_time_of_their_end()
    {
        await Store.DoAsync(new TaskOperation.Insert(Assigned("t"), Epoch) { Price = Priced });
        await Store.DoAsync(Start("t", 1));
        await Store.DoAsync(FinishAt("t", 1, Noon.AddSeconds(11)));

        Assert.Empty(await Store.ListCostsAsync(Noon, Noon.AddSeconds(11), CancellationToken.None));
        Assert.Single(await Store.ListCostsAsync(Noon.AddSeconds(11), Noon.AddSeconds(12), CancellationToken.None));
    }

    private Task<IReadOnlyList<CostRow>> CostsAsync() => Store.ListCostsAsync(Noon.AddDays(-1), Noon.AddDays(1), CancellationToken.None);
}
