using System.Diagnostics;
using System.Globalization;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Workloads.Tests;

/// <summary>
/// A cancel reaches what does the work (requests to models have tests of their own): each of these would go on for hours, on a node that runs one attempt at
/// a time, so that what comes after it shows that its place is free.
/// </summary>
public sealed class CancelTests(SharedMesh mesh) : IDisposable
{
    private readonly TemporaryDirectory files = new();

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData("custom", "orleans")]
    [InlineData("training", "websocket")]
    public async Task The_process_of_a_script_ends(string kind, string transport)
    {
        var node = $"{kind}-{transport}";
        await using var agent = StartAgent(node, transport, ("AURORA_ALLOW_SCRIPTS", "any"));
        var taskId = await mesh.Client.SubmitForIdAsync(
            $$$$"""{"task_type":"{{{{kind}}}}","interpreter":"bash","script_source":"cd '{{{{files.Path}}}}'; echo $$ >pid.tmp; mv pid.tmp pid; sleep 10000","requirements":{"gpu_count":0,"node_labels":{"is":"{{{{node}}}}"}}}""");
        await Eventually.SeeAsync("the script runs", () => Task.FromResult(File.Exists(Path.Combine(files.Path, "pid"))), exists => exists, () => agent.Tail);

        await CancelAsync(taskId);

        var pid = int.Parse(await File.ReadAllTextAsync(Path.Combine(files.Path, "pid")), CultureInfo.InvariantCulture);
        await Eventually.SeeAsync("the process is gone", () => Task.FromResult(Array.Exists(Process.GetProcesses(), process => process.Id == pid)), runs => !runs, () => agent.Tail);
        await SeeNextAsync(node);
    }

    [Theory]
    [InlineData("orleans")]
    [InlineData("websocket")]
    public async Task A_test_task_leaves_its_place(string transport)
    {
        var node = $"test-{transport}";
        await using var agent = StartAgent(node, transport);
        var taskId = await mesh.Client.SubmitForIdAsync($$$$"""{"task_type":"test","sleep":80000,"requirements":{"node_labels":{"is":"{{{{node}}}}"}}}""");
        await mesh.Client.SeeTaskAsync(taskId, "running");

        await CancelAsync(taskId);

        await SeeNextAsync(node);
    }

    // Each node has a label of its own, by which its tasks find it.
    private AgentProcess StartAgent(string node, string transport, params (string Name, string Value)[] variables) =>
        AgentProcess.Start(mesh.Url, node, [], [("AURORA_TRANSPORT", transport), ("AURORA_MAX_PARALLEL", "1"), ("AURORA_LABELS", $"is={node}"), .. variables]);

    private async Task CancelAsync(string taskId)
    {
        Assert.Equal(200, (int)(await mesh.Client.SendAsync(HttpMethod.Delete, $"tasks/{taskId}")).Status);
        Assert.Equal("cancelled", (await mesh.Client.GetAsync($"tasks/{taskId}")).Text("status"));
    }

    private async Task SeeNextAsync(string node) => await mesh.Client.SeeTaskAsync(
        await mesh.Client.SubmitForIdAsync($$$$"""{"task_type":"test","payload":"next","requirements":{"node_labels":{"is":"{{{{node}}}}"}}}"""), "completed");
}
