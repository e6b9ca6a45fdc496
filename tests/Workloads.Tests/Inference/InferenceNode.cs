using Aurora.EndToEnd.Tests.Harness;
using Aurora.InferenceBackend;

namespace Aurora.Workloads.Tests.Inference;

/// <summary>A node with a test inference server beside its agent.</summary>
internal sealed class InferenceNode : IAsyncDisposable
{
    private readonly AgentProcess agent;

    private InferenceNode(string name, TestInferenceServer server, AgentProcess agent)
    {
        Name = name;
        Server = server;
        this.agent = agent;
    }

    public string Name { get; }

    public TestInferenceServer Server { get; }

    /// <summary>Joins a node and waits until the mesh lists the first model of its server there.</summary>
    public static async Task<InferenceNode> JoinAsync(
        MeshProcess mesh, string name, BackendBehaviour behaviour, string transport = "orleans", params (string Name, string Value)[] variables)
    {
        var server = await TestInferenceServer.StartAsync(behaviour);
        var agent = AgentProcess.Start(
            mesh.Url, name, [],
            [("AURORA_TRANSPORT", transport), ("AURORA_BACKENDS", server.Url.ToString()), ("AURORA_BACKEND_PROBE_S", "1"), .. variables]);
        var node = new InferenceNode(name, server, agent);
        await Eventually.SeeAsync(
            $"{name} offers {behaviour.Models[0]}",
            () => mesh.Client.GetAsync("v1/models"),
            models => models["data"]!.AsArray().Any(model =>
                model!.AsObject().Text("id") == behaviour.Models[0] && model["aurora"]!["nodes"]!.AsArray().Any(on => (string?)on == name)),
            () => agent.Tail);
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        await agent.DisposeAsync();
        await Server.DisposeAsync();
    }
}
