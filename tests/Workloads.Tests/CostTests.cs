using System.Text.Json.Nodes;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Workloads.Tests;

/// <summary>What tasks cost, seen from outside.</summary>
public sealed class CostTests
{
    private static readonly (string, string)[] Rented =
        [("AURORA_TENURE", "spot"), ("AURORA_PRICE_PER_HOUR", "3600"), ("AURORA_ON_DEMAND_PRICE_PER_HOUR", "7200")];

    // Sums of doubles, each rounded on its way out.
    private const double Rounding = 1e-5;

    [Fact]
    public async Task A_task_is_charged_for_every_attempt_once_over_a_lost_node_and_a_killed_silo()
    {
        await using var mesh = await MeshProcess.StartAsync();
        await using var lost = AgentProcess.Start(mesh.Url, "lost", [Gpus.Rtx4090], Rented);
        await mesh.Client.SeeNodeAsync("lost");
        var taskId = await mesh.Client.SubmitForIdAsync("""{"task_type":"test","requirements":{"gpu_count":1,"memory_gb":12},"payload":{"sleep_ms":5000}}""");
        await mesh.Client.SeeTaskAsync(taskId, "running");
        await lost.KillAsync();

        // Noticed, charged, and started again on the other.
        await using var other = AgentProcess.Start(
            mesh.Url, "owned", [Gpus.A40], ("AURORA_WATTS", "1000"), ("AURORA_PRICE_PER_KWH", "360"), ("AURORA_ON_DEMAND_PRICE_PER_HOUR", "7200"));
        var again = await mesh.Client.SeeTaskAsync(taskId, "running", task => task["cost"] is not null);
        await mesh.KillAsync();
        await mesh.StartAgainAsync();
        var task = await mesh.Client.SeeTaskAsync(taskId, "completed");

        var cost = task["cost"]!.GetValue<double>();
        var costs = await mesh.Client.GetAsync("mesh/costs?by=node");
        var nodes = costs.Array("parts").ToDictionary(part => part!.Text("name"), part => part!.Object("cost"));
        Assert.Equal(2, task.Number("attempt"));
        Assert.Equal(["lost", "owned"], nodes.Keys.Order());

        // Half of a machine at 3,600 an hour is 0.5 a second; a quarter of one at 360 is 0.025.
        Assert.Equal(again["cost"]!.GetValue<double>(), Amount(nodes["lost"]), Rounding);
        Assert.Equal(nodes["lost"]["hours"]!.GetValue<double>() * 1_800, Amount(nodes["lost"]), Rounding);
        Assert.Equal(nodes["owned"]["hours"]!.GetValue<double>() * 90, Amount(nodes["owned"]), Rounding);
        Assert.Equal(2 * Amount(nodes["lost"]), nodes["lost"]["on_demand"]!.GetValue<double>(), Rounding);
        Assert.Equal(cost, Amount(costs.Object("total")), Rounding);
        Assert.Equal(Amount(nodes["lost"]), Amount(costs.Object("rented")), Rounding);
        var listed = (await mesh.Client.GetAsync("tasks/completed")).Array("tasks").Single(each => each!.Text("task_id") == taskId);
        Assert.Equal(cost, listed!["cost"]!.GetValue<double>());
        Assert.Contains("aurora_cost_spent_total{", await mesh.Client.TextAsync("metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_waits_for_a_node_that_is_owned_while_the_budget_is_spent()
    {
        await using var mesh = await MeshProcess.StartAsync(new MeshSettings
        {
            Environment = new Dictionary<string, string?> { ["AURORA_BUDGET_PER_DAY"] = "0.05", ["AURORA_PLACEMENT_PROFILE"] = "cost" },
        });
        await using var rented = AgentProcess.Start(mesh.Url, "rented", [Gpus.Rtx4090], Rented);
        await mesh.Client.SeeNodeAsync("rented");
        var first = await mesh.Client.SubmitForIdAsync("""{"task_type":"test","requirements":{"gpu_count":1,"memory_gb":12},"payload":{"sleep_ms":500}}""");
        await mesh.Client.SeeTaskAsync(first, "completed");

        // The scheduler hears of the end, and of its cost, a moment after the store.
        var second = "";
        await Eventually.SeeAsync(
            "a task waits for the budget",
            async () =>
            {
                second = await mesh.Client.SubmitForIdAsync("""{"task_type":"test","requirements":{"gpu_count":1,"memory_gb":12}}""");
                return (await mesh.Client.GetAsync($"tasks/{second}/explain")).Text("summary");
            },
            summary => summary.Contains("the budget of 0.05 a day is spent", StringComparison.Ordinal),
            () => mesh.Tail);

        // A killed silo knows it again, and what is owned may be used.
        await mesh.KillAsync();
        await mesh.StartAgainAsync();
        await mesh.Client.SeeNodeAsync("rented");
        await Eventually.SeeAsync(
            "the reason after the restart",
            async () => (await mesh.Client.GetAsync($"tasks/{second}/explain")).Text("summary"),
            summary => summary.Contains("is spent", StringComparison.Ordinal),
            () => mesh.Tail);
        await using var owned = AgentProcess.Start(mesh.Url, "owned", [Gpus.A40]);
        Assert.Equal("owned", (await mesh.Client.SeeTaskAsync(second, "completed")).Text("assigned_node"));
    }

    private static double Amount(JsonObject cost) => cost["amount"]!.GetValue<double>();
}
