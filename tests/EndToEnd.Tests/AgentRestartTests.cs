using System.Text.Json.Nodes;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.EndToEnd.Tests;

/// <summary>The agent's process dies and starts again, while the mesh stays.</summary>
public sealed class AgentRestartTests(SharedMesh mesh)
{
    [Fact]
    public async Task A_script_goes_on_through_the_death_of_its_agent_and_no_attempt_runs_twice()
    {
        await using var agent = AgentProcess.Start(mesh.Url, "scripts", [Gpus.Rtx4090], ("AURORA_ALLOW_SCRIPTS", "any"));
        await mesh.Client.SeeNodeAsync("scripts");
        var starts = Path.Combine(agent.DataPath, "starts");
        var go = Path.Combine(agent.DataPath, "go");
        var script = JsonValue.Create($"echo $AURORA_ATTEMPT >>{starts}; until [ -e {go} ]; do sleep 0.05; done; echo survived");
        var taskId = await mesh.Client.SubmitForIdAsync($$"""{"task_type":"custom","interpreter":"bash","script_source":{{script.ToJsonString()}},"requirements":{"gpu_type":"RTX 4090","gpu_count":1} }""");
        await Eventually.SeeAsync("the script has started", () => Task.FromResult(File.Exists(starts)), started => started, () => agent.Tail);

        await agent.KillAsync();
        await agent.StartAgainAsync();
        await Eventually.SeeAsync(
            "the agent has taken the script up again", () => Task.FromResult(agent.Output), output => output.Contains("joined", StringComparison.Ordinal));
        await File.WriteAllTextAsync(go, "");

        var task = await mesh.Client.SeeTaskAsync(taskId, "completed");
        Assert.Equal("survived\n", task.Object("result").Text("stdout"));

        // A machine so slow that the node's lease ends before the agent is back makes another attempt, but none starts twice.
        var attempts = await File.ReadAllLinesAsync(starts);
        Assert.Equal(attempts.Distinct(), attempts);
    }

    [Fact]
    public async Task Work_that_ended_with_its_agent_is_done_by_another_attempt()
    {
        await using var agent = AgentProcess.Start(mesh.Url, "tests", [Gpus.A40]);
        await mesh.Client.SeeNodeAsync("tests");
        var taskId = await mesh.Client.SubmitForIdAsync("""{"task_type":"test","requirements":{"gpu_type":"A40","gpu_count":1},"payload":{"sleep_ms":3000}}""");
        await mesh.Client.SeeTaskAsync(taskId, "running");

        await agent.KillAsync();
        await agent.StartAgainAsync();

        var task = await mesh.Client.SeeTaskAsync(taskId, "completed");
        Assert.True(task.Number("attempt") >= 2, task.ToJsonString());
    }
}
