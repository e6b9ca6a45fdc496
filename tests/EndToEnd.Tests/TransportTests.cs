using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.EndToEnd.Tests;

/// <summary>However an agent reaches the mesh, it works the same.</summary>
public sealed class TransportTests(SharedMesh mesh)
{
    [Theory]
    [InlineData("http", "")]
    [InlineData("ws", "")]
    [InlineData("http", "websocket")]
    [InlineData("ws", "websocket")]
    public async Task An_agent_joins_by_any_scheme_and_transport(string scheme, string transport)
    {
        var name = $"by-{scheme}-{transport}".TrimEnd('-');
        (string, string)[] variables = transport.Length == 0 ? [] : [("AURORA_TRANSPORT", transport)];
        await using var agent = AgentProcess.StartAt($"{scheme}://{mesh.Url.Authority}", name, [(name, 24)], variables);

        await JoinsAndWorksAsync(mesh.Process, name, transport.Length == 0 ? "orleans" : transport);
    }

    [Fact]
    public async Task An_agent_that_cannot_reach_the_gateway_port_speaks_WebSocket()
    {
        // Nothing listens on a port that was taken and not used.
        var unreachable = $"127.0.0.1:{FreePort.Take()}";
        await using var hidden = await MeshProcess.StartAsync(new MeshSettings
        {
            Environment = new Dictionary<string, string?> { ["AURORA_GATEWAYS"] = unreachable },
        });
        await using var agent = AgentProcess.Start(hidden.Url, "fallback", [("fallback", 24)]);

        await JoinsAndWorksAsync(hidden, "fallback", "websocket");
    }

    [Fact]
    public async Task An_agent_that_starts_first_joins_when_the_mesh_comes_up()
    {
        await using var late = await MeshProcess.StartAsync();
        await late.KillAsync();
        await using var agent = AgentProcess.Start(late.Url, "early", [("early", 24)]);

        await late.StartAgainAsync();

        await JoinsAndWorksAsync(late, "early", "orleans");
    }

    private static async Task JoinsAndWorksAsync(MeshProcess mesh, string nodeName, string transport)
    {
        var node = await mesh.Client.SeeNodeAsync(nodeName);
        Assert.Equal(transport, node.Text("transport"));
        var taskId = await mesh.Client.SubmitForIdAsync(
            $$$"""{"task_type":"test","requirements":{"gpu_count":1,"memory_gb":1,"gpu_type":"{{{nodeName}}}"},"payload":{"number":7}}""");
        var task = await mesh.Client.SeeTaskAsync(taskId, "completed");
        Assert.Equal(nodeName, task.Text("assigned_node"));
        Assert.Equal(7, task.Object("result").Object("echo").Number("number"));
    }
}
