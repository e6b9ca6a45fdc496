using System.Diagnostics;
using Aurora.NodeAgent.Executors.Scripts.Supervision;
using Aurora.NodeAgent.Tests.Connection;
using Aurora.NodeAgent.Tests.Executors;

namespace Aurora.NodeAgent.Tests.Agent;

/// <summary>A script in a sandbox outlives its agent as one without does, and goes with its supervisor.</summary>
public sealed class SandboxDeathTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryDirectory data = new();
    private readonly ScriptedMesh mesh = new();
    private readonly AgentProgram agent;

    public SandboxDeathTests() => agent = new AgentProgram(data.Path, mesh.Address, ("AURORA_SCRIPT_RUNNER", "bubblewrap"));

    private string Work => Path.Combine(data.Path, "work", "t.1");

    private RunDirectory Run => new(Path.Combine(data.Path, "nodes", "n", "runs", "t.1"));

    [Fact]
    public async Task The_next_agent_takes_the_sandbox_up_again()
    {
        await StartAsync("touch started; until [ -e go ]; do sleep 0.05; done; echo done");

        await agent.KillAsync();
        agent.Start();
        var registration = await mesh.NextRegistrationAsync();
        await File.WriteAllTextAsync(Path.Combine(Work, "go"), "");
        var end = await mesh.NextEndAsync();

        Assert.Equal("bubblewrap", (string?)registration["script_runner"]);
        Assert.Equal("t", (string?)registration["running"]!.AsArray().Single()!["task_id"]);
        Assert.Equal(("done\n", "bubblewrap"), ((string?)end["result"]!["stdout"], (string?)end["result"]!["runner"]));
    }

    [Fact]
    public async Task Nothing_of_it_is_left_when_its_supervisor_dies()
    {
        await StartAsync("env -i sleep 1000 & touch started; wait");
        var leftovers = new SessionProcesses(-1, Path.Combine(Work, "output"));
        Assert.NotEmpty(leftovers.Find());

        using (var supervisor = Process.GetProcessById(Run.ReadIdentity()!.Id))
        {
            supervisor.Kill();
        }

        Assert.Contains("was lost", (string?)(await mesh.NextEndAsync())["error"], StringComparison.Ordinal);
        Assert.Empty(leftovers.Find());
    }

    public async ValueTask DisposeAsync()
    {
        agent.Dispose();
        await mesh.DisposeAsync();
        data.Dispose();
    }

    private async Task StartAsync(string source)
    {
        agent.Start();
        var registration = await mesh.NextRegistrationAsync();
        Assert.True(
            registration["task_types"]!.ToJsonString().Contains("custom", StringComparison.Ordinal),
            "This test needs bubblewrap (apt-get install bubblewrap) and user namespaces: " + agent.Output);
        await mesh.AssignAsync("t", source);
        var started = Stopwatch.GetTimestamp();
        while (!File.Exists(Path.Combine(Work, "started")))
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, "The script did not start.\n" + agent.Output);
            await Task.Delay(20);
        }
    }
}
