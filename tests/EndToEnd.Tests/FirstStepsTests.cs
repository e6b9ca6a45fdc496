using System.Text.Json.Nodes;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.EndToEnd.Tests;

/// <summary>What a stranger does in the first minute, on a mesh of one machine.</summary>
public sealed class FirstStepsTests(FirstStepsTests.OneMachine machine) : IClassFixture<FirstStepsTests.OneMachine>
{
    private MeshProcess Mesh => machine.Mesh!;

    private MeshClient Client => Mesh.Client;

    [Fact]
    public async Task The_coordinator_says_who_it_is()
    {
        var identity = await Client.GetAsync("");

        Assert.Equal("Aurora GPU Mesh Coordinator", identity.Text("service"));
        Assert.Equal(MeshSettings.NodeName, identity.Text("coordinator"));
        Assert.Equal("lead", identity.Text("role"));
        Assert.Equal("active", identity.Text("status"));
        Assert.NotEmpty(identity.Text("version"));
    }

    [Fact]
    public async Task This_machine_is_a_node_of_its_own_mesh()
    {
        var node = await Client.SeeNodeAsync(MeshSettings.NodeName);

        string[] documented = ["gpu_count", "gpu_type", "gpu_memory", "status", "active_tasks", "completed_tasks", "last_ping"];
        Assert.All(documented, field => Assert.True(node.ContainsKey(field), $"'{field}' is missing in {node.ToJsonString()}"));
        var status = await Client.StatusAsync();
        Assert.Equal(MeshSettings.NodeName, status.Text("coordinator"));
        Assert.Equal(1, status.Number("total_nodes"));
    }

    [Fact]
    public async Task A_test_task_runs_here_and_appears_among_the_completed()
    {
        await Client.SeeNodeAsync(MeshSettings.NodeName);

        var taskId = await Client.SubmitForIdAsync("""{"task_type":"test","requirements":{},"payload":{"greeting":"hello"}}""");

        Assert.StartsWith("task_", taskId, StringComparison.Ordinal);
        await Client.SeeTaskAsync(taskId, "completed");
        var completed = await Client.GetAsync("tasks/completed");
        var task = Assert.Single(completed.Array("tasks"), task => task!.Text("task_id") == taskId)!.AsObject();
        Assert.Equal(MeshSettings.NodeName, task.Text("assigned_node"));
        Assert.True(task.ContainsKey("result"), task.ToJsonString());
        Assert.InRange(task["submitted_at"]!.GetValue<double>(), 1.6e9, 1e11);
        var active = await Client.GetAsync("tasks/active");
        Assert.False(active.Object("tasks").ContainsKey(taskId), "an ended task is not active");
    }

    [Fact]
    public async Task The_metrics_leave_out_what_of_Orleans_costs_more_than_it_tells()
    {
        await Client.SeeNodeAsync(MeshSettings.NodeName);

        var metrics = await Eventually.SeeAsync(
            "metrics of Orleans", () => Client.TextAsync("metrics"), text => text.Contains("\norleans_catalog_activation", StringComparison.Ordinal));

        Assert.DoesNotContain("orleans_directory_cache_size", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("orleans_directory_lookups", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("orleans_messaging_processing", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_the_dashboard_and_the_api_description_answer()
    {
        Assert.Equal("healthy", (await Client.GetAsync("health")).Text("status"));
        Assert.Equal(200, await Client.StatusOfAsync("health/live"));
        Assert.Equal(200, await Client.StatusOfAsync("health/ready"));
        Assert.Equal(200, await Client.StatusOfAsync("dashboard"));
        Assert.Equal(200, await Client.StatusOfAsync("metrics"));
        var paths = JsonNode.Parse(await Client.TextAsync("openapi/v1.json"))!.Object("paths");
        Assert.All(
            ["/tasks/submit", "/tasks/active", "/tasks/completed", "/mesh/status", "/mesh/nodes", "/health"],
            path => Assert.True(paths.ContainsKey(path), $"'{path}' is missing in the API description"));
    }

    [Fact]
    public void The_start_prints_where_everything_is_and_how_another_machine_joins()
    {
        var authority = Mesh.Url.Authority;
        Assert.All(
            [$"http://{authority}/", $"http://{authority}/dashboard", "aurora.db", $"MESH_COORDINATOR_URL=ws://{authority}"],
            expected => Assert.Contains(expected, Mesh.Output, StringComparison.Ordinal));
    }

    /// <summary>The all-in-one process as it starts without any setting.</summary>
    public sealed class OneMachine : IAsyncLifetime
    {
        internal MeshProcess? Mesh { get; private set; }

        public async ValueTask InitializeAsync() => Mesh = await MeshProcess.StartAsync(new MeshSettings { LocalNode = true });

        public ValueTask DisposeAsync() => Mesh?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
