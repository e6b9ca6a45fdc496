using System.Text.Json;

namespace Aurora.EndToEnd.Tests.Harness;

/// <summary>The node agent as a process of its own, on a machine whose GPUs are stated or simulated.</summary>
internal sealed class AgentProcess : IAsyncDisposable
{
    private readonly TemporaryDirectory data = new();
    private readonly string[] arguments;
    private readonly Dictionary<string, string?> environment;
    private ChildProcess process;

    private AgentProcess(string meshUrl, string nodeName, string[] arguments, params (string Name, string Value)[] variables)
    {
        this.arguments = arguments;
        environment = new Dictionary<string, string?>
        {
            ["MESH_COORDINATOR_URL"] = meshUrl,
            ["NODE_NAME"] = nodeName,
            ["AURORA_DATA_DIR"] = data.Path,
            // Scripts of these tests signal through files outside their own directory.
            ["AURORA_SCRIPT_RUNNER"] = "process",
        };
        foreach (var (name, value) in variables)
        {
            environment[name] = value;
        }

        process = ChildProcess.Start("dotnet", [Product.NodeAgent, .. arguments], environment);
    }

    /// <summary>Where the agent keeps what outlives it.</summary>
    public string DataPath => data.Path;

    public string Tail => process.Tail;

    public string Output => process.Output;

    /// <summary>One node with these GPUs.</summary>
    public static AgentProcess Start(Uri mesh, string nodeName, IReadOnlyList<(string Type, int MemoryGb)> gpus, params (string Name, string Value)[] variables) =>
        new(mesh.GetLeftPart(UriPartial.Authority), nodeName, [], [("AURORA_GPUS", Json(gpus)), .. variables]);

    /// <summary>The same with the address as a person wrote it, e.g. with <c>ws://</c>.</summary>
    public static AgentProcess StartAt(string meshUrl, string nodeName, IReadOnlyList<(string Type, int MemoryGb)> gpus, params (string Name, string Value)[] variables) =>
        new(meshUrl, nodeName, [], [("AURORA_GPUS", Json(gpus)), .. variables]);

    /// <summary>One simulated node for each GPU, all in one process.</summary>
    public static AgentProcess Simulate(Uri mesh, string nodeName, params (string Type, int MemoryGb)[] gpus) =>
        new(mesh.GetLeftPart(UriPartial.Authority), nodeName, [
            "--simulate", $"{gpus.Length}",
            "--gpus", string.Join(',', gpus.Select(gpu => $"{gpu.Type}:{gpu.MemoryGb}")),
            "--name-prefix", nodeName,
        ]);

    public Task KillAsync() => process.KillAsync();

    /// <summary>Starts the ended agent again over the same data directory.</summary>
    public async Task StartAgainAsync()
    {
        await process.DisposeAsync();
        process = ChildProcess.Start("dotnet", [Product.NodeAgent, .. arguments], environment);
    }

    /// <summary>Stops it as a service manager does, and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        await process.TerminateAsync();
        return await process.WaitForExitAsync("the agent has ended");
    }

    /// <summary>The exit code of an agent that is expected to end by itself.</summary>
    public Task<int> WaitForExitAsync() => process.WaitForExitAsync("the agent ends by itself");

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        data.Dispose();
    }

    private static string Json(IReadOnlyList<(string Type, int MemoryGb)> gpus) =>
        JsonSerializer.Serialize(gpus.Select(gpu => new { type = gpu.Type, memory_gb = gpu.MemoryGb }));
}
