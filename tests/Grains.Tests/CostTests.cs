using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Grains.Tests;

public sealed class CostTests(MeshCluster mesh) : IClassFixture<MeshCluster>
{
    // So dear that the few milliseconds of a test are money.
    private const string Price = """{"price":{"tenure":"spot","per_hour":500000,"on_demand_per_hour":1000000}}""";

    [Fact]
    public async Task A_task_knows_what_its_attempts_cost_and_so_does_the_mesh()
    {
        await using var node = await mesh.JoinAsync("priced", Given.Node() with { Facts = Price });
        var (taskId, _) = await mesh.SubmitAsync(Given.GpuTask(memoryGb: 12));
        var order = await node.NextAssignmentAsync();
        await node.ReportAsync(order.Id, AttemptReportKind.Started);
        await node.CompleteAsync(order.Id);

        var task = await mesh.GetAsync(taskId);
        var cost = (await CostsAsync()).Single(each => each.Node == "priced");

        // Half of the node's memory for the 5 ms that the node told, or as long as the store saw it run.
        var hours = (task.CompletedAt!.Value - task.StartedAt!.Value).TotalHours;
        Assert.Equal(hours * 250_000, task.Cost, precision: 3);
        Assert.Equal(("spot", 1L, task.Cost, 2 * task.Cost), (cost.Tenure, cost.Attempts, cost.Amount, cost.OnDemand));
    }

    [Fact]
    public async Task A_lost_attempt_is_charged_until_its_loss_was_noticed_and_its_late_report_is_not()
    {
        await using var lost = await mesh.JoinAsync("lost-priced", Given.Node() with { Facts = Price });
        var (taskId, _) = await mesh.SubmitAsync();
        var order = await lost.NextAssignmentAsync();
        await lost.ReportAsync(order.Id, AttemptReportKind.Started);
        await lost.Grain.DisconnectAsync(lost.Epoch, "socket reset", mayReturn: false);
        var charged = await MeshCluster.EventuallyAsync(() => mesh.GetAsync(taskId), seen => seen.Cost > 0, "the lost attempt's cost");

        Assert.Equal(ReportVerdict.Stale, await lost.CompleteAsync(order.Id));
        Assert.Equal(charged.Cost, (await mesh.GetAsync(taskId)).Cost);
        Assert.Equal(1, (await CostsAsync()).Single(each => each.Node == "lost-priced").Attempts);
        await mesh.Scheduler.CancelAsync(taskId);
    }

    [Fact]
    public async Task A_node_that_tells_no_price_costs_nothing()
    {
        await using var node = await mesh.JoinAsync("unpriced");
        var (taskId, _) = await mesh.SubmitAsync();
        var order = await node.NextAssignmentAsync();
        await node.CompleteAsync(order.Id);

        Assert.Equal(0, (await mesh.GetAsync(taskId)).Cost);
        Assert.DoesNotContain(await CostsAsync(), cost => cost.Node == "unpriced");
    }

    private Task<CostView[]> CostsAsync()
    {
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        return mesh.Client.GetGrain<IMeshGrain>(0).GetCostsAsync(today.AddDays(-1), today);
    }
}
