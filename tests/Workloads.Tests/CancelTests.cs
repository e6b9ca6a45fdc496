using System.Diagnostics;
using System.Globalization;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Workloads.Tests;

/// <summary>
/// A cancel reaches what does the work (requests to models have tests of their own): each of these would go on for hours, on a node that runs one attempt at
/// a time, so that what comes after it shows that its place is free.
/// </summary>
public sealed class CancelTests : IDisposable
{
    private readonly TemporaryDirectory files = new();

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData("custom", "orleans")]
    [InlineData("training", "websocket")]
    public async Task The_process_of_a_script_ends(string kind, string transport)
    {
        await using var mesh = await MeshProcess.StartAsync();
        await using var agent = StartAgent(mesh, transport, ("AURORA_ALLOW_SCRIPTS", "any"));
        var taskId = await mesh.Client.SubmitForIdAsync(
            $$$"""{"task_type":"{{{kind}}}","interpreter":"bash","script_source":"cd '{{{files.Path}}}'; echo $$ >pid.tmp; mv pid.tmp pid; sleep 10000","requirements":{"gpu_count":0}}""");
        await Eventually.SeeAsync("the script runs", () => Task.FromResult(File.Exists(Path.Combine(files.Path, "pid"))), exists => exists, () => agent.Tail);

        await CancelAsync(mesh, taskId);

        var pid = int.Parse(await File.ReadAllTextAsync(Path.Combine(files.Path, "pid")), CultureInfo.InvariantCulture);
        await Eventually.SeeAsync("the process is gone", () => Task.FromResult(Array.Exists(Process.GetProcesses(), process => process.Id == pid)), runs => !runs, () => agent.Tail);
        await SeeNextAsync(mesh);
    }

    [Theory]
    [InlineData("orleans")]
    [InlineData("websocket")]
    public async Task A_test_task_leaves_its_place(string transport)
    {
        await using var mesh = await MeshProcess.StartAsync();
        await using var agent = StartAgent(mesh, transport);
        var taskId = await mesh.Client.SubmitForIdAsync("""{"task_type":"test","sleep":80000}""");
        await mesh.Client.SeeTaskAsync(taskId, "running");

        await CancelAsync(mesh, taskId);

        await SeeNextAsync(mesh);
    }

    private static AgentProcess StartAgent(MeshProcess mesh, string transport, params (string Name, string Value)[] variables) =>
        AgentProcess.Start(mesh.Url, "node", [], [("AURORA_TRANSPORT", transport), ("AURORA_MAX_PARALLEL", "1"), .. variables]);

    private static async Task CancelAsync(MeshProcess mesh, string taskId)
    {
        Assert.Equal(200, (int)(await mesh.Client.SendAsync(HttpMethod.Delete, $"tasks/{taskId}")).Status);
        Assert.Equal("cancelled", (await mesh.Client.GetAsync($"tasks/{taskId}")).Text("status"));
    }

    private static async Task SeeNextAsync(MeshProcess mesh) =>
        await mesh.Client.SeeTaskAsync(await mesh.Client.SubmitForIdAsync("""{"task_type":"test","payload":"next"}"""), "completed");
}
