using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Scheduling.Cost;
using Aurora.Scheduling.Planning;

namespace Aurora.Grains.Tests;

public sealed class BudgetTests
{
    // So dear that a millisecond is more than the budget.
    private const string Rented = """{"price":{"tenure":"on-demand","per_hour":1000000}}""";

    [Fact]
    public async Task While_the_budget_is_spent_a_task_waits_for_a_node_that_is_owned_also_under_the_next_scheduler()
    {
        await using var mesh = new LimitedMesh();
        await mesh.InitializeAsync();
        await using var rented = await mesh.JoinAsync("rented", Given.Node() with { Facts = Rented });
        await mesh.SubmitAsync(Given.GpuTask(memoryGb: 24));
        var order = await rented.NextAssignmentAsync();
        await rented.ReportAsync(order.Id, AttemptReportKind.Started);
        await rented.CompleteAsync(order.Id);

        await MeshCluster.EventuallyAsync(mesh.Scheduler.GetMeshAsync, seen => seen.CompletedTasks == 1, "the end to be known");

        var (taskId, outcome) = await mesh.SubmitAsync(Given.GpuTask(memoryGb: 24));

        Assert.Contains("the budget of 0.01 a day is spent", outcome.Message, StringComparison.Ordinal);

        // A write that fails makes the scheduler give up its activation; the next one reads from the store what was spent.
        mesh.Store.IsDown = true;
        await Assert.ThrowsAnyAsync<Exception>(() => mesh.SubmitAsync(Given.GpuTask(memoryGb: 24)));
        mesh.Store.IsDown = false;
        var explanation = await MeshCluster.EventuallyAsync(
            async () => await mesh.Client.GetGrain<ITaskGrain>(taskId).ExplainAsync(),
            seen => seen?.Summary.Contains("is spent", StringComparison.Ordinal) == true,
            "the reason under the next scheduler");
        Assert.Contains(explanation!.Nodes, node => node.Refusals.Any(refusal => refusal.Code == "budget_spent"));

        await using var owned = await mesh.JoinAsync("owned");
        Assert.Equal(taskId, (await owned.NextAssignmentAsync()).TaskId);
    }

    [Fact]
    public async Task A_gang_with_a_rented_node_counts_against_the_budget_whichever_of_its_nodes_ends_last()
    {
        await using var mesh = new LimitedMesh();
        await mesh.InitializeAsync();
        string[] features = [NodeRegistration.GangFeature, NodeRegistration.PreemptFeature];
        await using var rented = await mesh.JoinAsync("rented", Given.Node() with { Facts = Rented, Features = features });
        await using var owned = await mesh.JoinAsync("owned", Given.Node() with { Features = features });
        await mesh.SubmitAsync(Given.GpuTask(memoryGb: 20) with { Requirements = """{"memory_gb":20,"nodes":2}""" });
        await rented.CompleteAsync((await rented.NextAssignmentAsync()).Id);
        await owned.CompleteAsync((await owned.NextAssignmentAsync()).Id);
        await MeshCluster.EventuallyAsync(mesh.Scheduler.GetMeshAsync, seen => seen.CompletedTasks == 1, "the end to be known");

        await mesh.SubmitAsync(Given.GpuTask(memoryGb: 20));
        var (_, outcome) = await mesh.SubmitAsync(Given.GpuTask(memoryGb: 20));

        Assert.Contains("the budget of 0.01 a day is spent", outcome.Message, StringComparison.Ordinal);
    }

    private sealed class LimitedMesh : MeshCluster
    {
        protected override PlannerSettings Planner { get; } = new() { Budget = new SpendLimits(PerDay: 0.01) };
    }
}
