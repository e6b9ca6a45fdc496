using System.Text.Json.Nodes;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.EndToEnd.Tests;

/// <summary>GPU clients that know only the documented frames keep working.</summary>
public sealed class LegacyNodeTests(SharedMesh mesh)
{
    [Fact]
    public async Task Register_is_answered_with_registered_and_ping_with_pong()
    {
        await using var node = await LegacyNode.ConnectAsync(mesh.Url, "old-hello");

        var registered = await node.RegisterAsync("HELLO 1", 24, 1);
        await node.SendAsync(new JsonObject { ["type"] = "ping" });

        Assert.Equal("registered", registered.Text("type"));
        Assert.Equal(MeshSettings.NodeName, registered.Text("coordinator"));
        Assert.NotEmpty(registered.Text("message"));
        Assert.Equal("pong", (await node.NextAsync("a pong")).Text("type"));
        var shown = await mesh.Client.SeeNodeAsync("old-hello");
        Assert.Equal((1, "HELLO 1", 24), (shown.Number("gpu_count"), shown.Text("gpu_type"), shown.Number("gpu_memory")));
    }

    [Fact]
    public async Task An_assignment_carries_the_documented_task_and_its_result_is_shown()
    {
        await using var node = await LegacyNode.JoinAsync(mesh.Url, "old-result", "RESULT 1");
        var taskId = await mesh.Client.SubmitForIdAsync(
            """{"task_type":"llm_inference","requirements":{"gpu_type":"RESULT 1","memory_gb":8,"model":"tiny","my_own":{"a":[1,2]}},"priority":7,"payload":{"prompt":"hi"}}""");

        var task = await node.AssignmentAsync();
        await node.CompleteAsync(taskId, new JsonObject { ["text"] = "hello", ["tokens"] = 2 });

        Assert.Equal((taskId, "llm_inference", 7, "old-result"),
            (task.Text("task_id"), task.Text("task_type"), task.Number("priority"), task.Text("assigned_node")));
        Assert.All(["status", "submitted_at", "started_at", "completed_at"], field => Assert.True(task.ContainsKey(field), $"'{field}' is missing in {task.ToJsonString()}"));
        Assert.Equal("""{"gpu_type":"RESULT 1","memory_gb":8,"model":"tiny","my_own":{"a":[1,2]}}""", task.Object("requirements").ToJsonString());
        Assert.Equal("hi", task.Object("payload").Text("prompt"));
        var ended = await mesh.Client.SeeTaskAsync(taskId, "completed");
        Assert.Equal("""{"text":"hello","tokens":2}""", ended.Object("result").ToJsonString());
    }

    [Fact]
    public async Task A_failure_shows_the_nodes_own_words()
    {
        await using var node = await LegacyNode.JoinAsync(mesh.Url, "old-failure", "FAILURE 1");
        var taskId = await mesh.Client.SubmitForIdAsync("""{"task_type":"test","requirements":{"gpu_type":"FAILURE 1","gpu_count":1}}""");

        // Whether a failure is tried again is the mesh's business; the node says the same every time.
        var failing = FailAllAsync(node);

        var ended = await mesh.Client.SeeTaskAsync(taskId, "failed");
        Assert.Contains("CUDA error 700", ended.Text("error"), StringComparison.Ordinal);
        await node.DisposeAsync();
        await failing;
    }

    [Fact]
    public async Task An_old_node_is_sent_one_task_at_a_time_in_order_of_priority()
    {
        await using var node = await LegacyNode.JoinAsync(mesh.Url, "old-order", "ORDER 1", gpuMemory: 64);
        var first = await SubmitAsync("ORDER 1", priority: 5);
        Assert.Equal(first, (await node.AssignmentAsync()).Text("task_id"));
        var low = await SubmitAsync("ORDER 1", priority: 1);
        var normal = await SubmitAsync("ORDER 1", priority: 5);
        var laterNormal = await SubmitAsync("ORDER 1", priority: 5);
        var critical = await SubmitAsync("ORDER 1", priority: 9);
        Assert.Equal(0, node.Waiting);

        var order = new List<string>();
        var current = first;
        for (var i = 0; i < 4; i++)
        {
            await node.CompleteAsync(current, []);
            current = (await node.AssignmentAsync()).Text("task_id");
            order.Add(current);
        }

        await node.CompleteAsync(current, []);
        Assert.Equal([critical, normal, laterNormal, low], order);
        await mesh.Client.SeeTaskAsync(low, "completed");
    }

    [Fact]
    public async Task A_reset_connection_moves_its_task_to_the_other_node()
    {
        await using var first = await LegacyNode.JoinAsync(mesh.Url, "old-reset-1", "RESET 1");
        var taskId = await SubmitAsync("RESET 1", priority: 5);
        await first.AssignmentAsync();
        await using var second = await LegacyNode.JoinAsync(mesh.Url, "old-reset-2", "RESET 1");
        await mesh.Client.SeeNodeAsync("old-reset-2");

        first.Reset();

        Assert.Equal(taskId, (await second.AssignmentAsync()).Text("task_id"));
        await second.CompleteAsync(taskId, new JsonObject { ["by"] = "second" });
        var ended = await mesh.Client.SeeTaskAsync(taskId, "completed");
        Assert.Equal("old-reset-2", ended.Text("assigned_node"));
    }

    [Fact]
    public async Task A_second_socket_of_a_node_replaces_the_first_and_a_lost_one_may_come_back()
    {
        await using var first = await LegacyNode.JoinAsync(mesh.Url, "old-twice", "TWICE 1");
        await using var second = await LegacyNode.JoinAsync(mesh.Url, "old-twice", "TWICE 1");
        await Eventually.GetAsync("the first socket is closed", first.Closed, () => mesh.Process.Tail);

        var taskId = await SubmitAsync("TWICE 1", priority: 5);
        Assert.Equal(taskId, (await second.AssignmentAsync()).Text("task_id"));
        second.Reset();
        await using var third = await LegacyNode.JoinAsync(mesh.Url, "old-twice", "TWICE 1");

        Assert.Equal(taskId, (await third.AssignmentAsync()).Text("task_id"));
        await third.CompleteAsync(taskId, []);
        await mesh.Client.SeeTaskAsync(taskId, "completed");
    }

    private Task<string> SubmitAsync(string gpuType, int priority) => mesh.Client.SubmitForIdAsync(
        $$$"""{"task_type":"llm_inference","priority":{{{priority}}},"requirements":{"gpu_type":"{{{gpuType}}}","memory_gb":1}}""");

    private static async Task FailAllAsync(LegacyNode node)
    {
        try
        {
            while (true)
            {
                await node.FailAsync((await node.AssignmentAsync()).Text("task_id"), "CUDA error 700");
            }
        }
        catch (System.Threading.Channels.ChannelClosedException)
        {
            // The test closed the node.
        }
    }
}
