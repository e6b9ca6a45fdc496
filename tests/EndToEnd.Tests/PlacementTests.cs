using System.Net;
using System.Text.Json.Nodes;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.EndToEnd.Tests;

/// <summary>Where tasks go, seen from outside.</summary>
public sealed class PlacementTests(PlacementTests.ThreeMachines machines) : IClassFixture<PlacementTests.ThreeMachines>
{
    private MeshClient Client => machines.Mesh!.Client;

    [Fact]
    public async Task A_critical_task_goes_to_the_most_powerful_gpu_that_fits()
    {
        var small = await CompletedAsync("""{"task_type":"test","priority":9,"requirements":{"gpu_count":1,"memory_gb":8}}""");
        var large = await CompletedAsync("""{"task_type":"test","priority":9,"requirements":{"gpu_count":1,"memory_gb":40}}""");

        Assert.Equal("RTX 4090", await GpuOfAsync(small));
        Assert.Equal("A40", await GpuOfAsync(large));
    }

    [Theory]
    [InlineData("m3 max", "M3 Max")]
    [InlineData("A40", "A40")]
    [InlineData("rtx 4090", "RTX 4090")]
    public async Task A_gpu_type_is_a_hard_requirement(string asked, string given)
    {
        for (var priority = 0; priority <= 10; priority += 5)
        {
            var task = await CompletedAsync(
                $$$"""{"task_type":"test","priority":{{{priority}}},"requirements":{"gpu_count":1,"memory_gb":1,"gpu_type":"{{{asked}}}"}}""");
            Assert.Equal(given, await GpuOfAsync(task));
        }
    }

    [Fact]
    public async Task A_task_too_large_for_every_node_waits_with_the_numbers_and_starts_when_a_node_with_the_memory_joins()
    {
        var answer = await Client.SubmitAsync("""{"task_type":"llm_inference","requirements":{"memory_gb":80}}""");
        var taskId = answer.Text("task_id");

        Assert.Equal("queued", answer.Text("status"));
        Assert.Contains("80", answer.Text("message"), StringComparison.Ordinal);
        Assert.Contains("48", answer.Text("message"), StringComparison.Ordinal);
        var explanation = await Client.GetAsync($"tasks/{taskId}/explain");
        Assert.Contains("80", explanation.Text("summary"), StringComparison.Ordinal);
        Assert.Contains("48", explanation.Text("summary"), StringComparison.Ordinal);
        Assert.True(explanation.Object("nodes").Count >= 3, explanation.ToJsonString());

        await using var large = await LegacyNode.JoinAsync(machines.Mesh!.Url, "large", "H200", gpuMemory: 141);
        Assert.Equal(taskId, (await large.AssignmentAsync()).Text("task_id"));
        await large.CompleteAsync(taskId, []);
        await Client.SeeTaskAsync(taskId, "completed");
    }

    [Fact]
    public async Task A_plan_says_what_would_happen_and_what_would_help()
    {
        var (status, body) = await Client.SendAsync(HttpMethod.Post, "tasks/plan", """[{"task_type":"test","priority":9,"requirements":{"gpu_count":1,"memory_gb":40}},{"task_type":"test","requirements":{"gpu_count":1,"memory_gb":80}}]""");

        Assert.Equal(HttpStatusCode.OK, status);
        var plan = JsonNode.Parse(body)!.AsObject();
        var (fits, waits) = (plan.Array("tasks")[0]!.AsObject(), plan.Array("tasks")[1]!.AsObject());
        Assert.Equal("assigned", fits.Text("status"));
        Assert.Contains("most powerful GPU", fits.Text("summary"), StringComparison.Ordinal);
        Assert.Equal("queued", waits.Text("status"));
        Assert.Equal("memory_gb", waits.Object("smallest_change").Text("field"));
        Assert.Contains("instead of 80", waits.Object("smallest_change").Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_gpus_are_two_gpus_of_one_node()
    {
        var taskId = await Client.SubmitForIdAsync("""{"task_type":"llm_inference","requirements":{"gpu_count":2,"gpu_type":"PAIR","memory_gb":40}}""");
        await using var single = await LegacyNode.JoinAsync(machines.Mesh!.Url, "one-gpu", "PAIR", gpuMemory: 48);
        await Client.SeeNodeAsync("one-gpu");
        Assert.Equal("queued", (await Client.TaskAsync(taskId)).Text("status"));

        await using var pair = await LegacyNode.JoinAsync(machines.Mesh.Url, "two-gpus", "PAIR", gpuMemory: 48, gpuCount: 2);

        var task = await pair.AssignmentAsync();
        Assert.Equal(taskId, task.Text("task_id"));
        Assert.Equal(2, task.Array("gpus").Count);
        Assert.Equal(0, single.Waiting);
        await pair.CompleteAsync(taskId, []);
        await Client.SeeTaskAsync(taskId, "completed");
    }

    [Fact]
    public async Task A_waiting_and_a_running_task_can_be_cancelled()
    {
        await using var node = await LegacyNode.JoinAsync(machines.Mesh!.Url, "cancelled-on", "CANCEL");
        var running = await Client.SubmitForIdAsync("""{"task_type":"llm_inference","requirements":{"gpu_type":"CANCEL","memory_gb":1}}""");
        await node.AssignmentAsync();
        var waiting = await Client.SubmitForIdAsync("""{"task_type":"llm_inference","requirements":{"gpu_type":"CANCEL","memory_gb":1}}""");

        Assert.All(
            [await CancelAsync(waiting), await CancelAsync(running)],
            answer => Assert.Equal((HttpStatusCode.OK, "cancelled"), (answer.Status, JsonNode.Parse(answer.Body)!.Text("status"))));

        // The node is free again, and what it still says of the cancelled task is not believed.
        await node.CompleteAsync(running, new JsonObject { ["late"] = true });
        var next = await Client.SubmitForIdAsync("""{"task_type":"llm_inference","requirements":{"gpu_type":"CANCEL","memory_gb":1}}""");
        Assert.Equal(next, (await node.AssignmentAsync()).Text("task_id"));
        await node.CompleteAsync(next, []);
        await Client.SeeTaskAsync(next, "completed");
        Assert.Equal("cancelled", (await Client.TaskAsync(running)).Text("status"));
        Assert.Equal("cancelled", (await Client.TaskAsync(waiting)).Text("status"));
        Assert.Equal(HttpStatusCode.Conflict, (await CancelAsync(next)).Status);
    }

    [Fact]
    public async Task A_running_task_of_an_agent_stops_when_it_is_cancelled()
    {
        var taskId = await Client.SubmitForIdAsync("""{"task_type":"test","requirements":{"gpu_count":1,"memory_gb":1},"payload":{"sleep_ms":3600000}}""");
        await Client.SeeTaskAsync(taskId, "running");

        Assert.Equal(HttpStatusCode.OK, (await CancelAsync(taskId)).Status);

        await Client.SeeStatusAsync("no task is active", status => status.Number("active_tasks") == 0);
    }

    [Fact]
    public async Task Waiting_for_a_task_answers_when_it_has_ended()
    {
        var taskId = await Client.SubmitForIdAsync("""{"task_type":"test","requirements":{"gpu_count":1,"memory_gb":1},"payload":{"sleep_ms":300}}""");

        Assert.Equal("completed", (await Client.GetAsync($"tasks/{taskId}?wait=60s")).Text("status"));

        var never = await Client.SubmitForIdAsync("""{"task_type":"test","requirements":{"gpu_type":"NOWHERE","gpu_count":1,"memory_gb":1}}""");
        Assert.Equal("queued", (await Client.GetAsync($"tasks/{never}?wait=1s")).Text("status"));
        await CancelAsync(never);
    }

    private Task<(HttpStatusCode Status, string Body)> CancelAsync(string taskId) => Client.SendAsync(HttpMethod.Delete, $"tasks/{taskId}");

    private async Task<JsonObject> CompletedAsync(string body) => await Client.SeeTaskAsync(await Client.SubmitForIdAsync(body), "completed");

    private async Task<string> GpuOfAsync(JsonObject task) =>
        (await Client.GetAsync("mesh/nodes"))["nodes"]![task.Text("assigned_node")]!.Text("gpu_type");

    /// <summary>A mesh of three simulated machines.</summary>
    public sealed class ThreeMachines : IAsyncLifetime
    {
        private AgentProcess? agent;

        internal MeshProcess? Mesh { get; private set; }

        public async ValueTask InitializeAsync()
        {
            Mesh = await MeshProcess.StartAsync();
            agent = AgentProcess.Simulate(Mesh.Url, "sim", Gpus.Rtx4090, Gpus.A40, Gpus.M3Max);
            await Mesh.Client.SeeStatusAsync("three nodes are active", status => status.Number("total_nodes") == 3);
        }

        public async ValueTask DisposeAsync()
        {
            await (agent?.DisposeAsync() ?? ValueTask.CompletedTask);
            await (Mesh?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }
}
