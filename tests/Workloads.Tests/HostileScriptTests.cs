using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Workloads.Tests;

/// <summary>Scripts that mean harm or go wrong, on a real node of a real mesh: each ends with a reason on its task, and the node runs the next one.</summary>
public sealed class HostileScriptTests(HostileScriptTests.MeshWithNode machines) : IClassFixture<HostileScriptTests.MeshWithNode>
{
    // Bounded by itself, so that a test that fails harms nobody: at most a thousand processes, which end after a minute.
    private const string ForkBomb = "f() { if [ $1 -gt 0 ]; then f $(($1 - 1)) & f $(($1 - 1)) & fi; sleep 60; }; f 8";

    private MeshClient Client => machines.Mesh!.Client;

    [Theory]
    [InlineData("../outside.sh")]
    [InlineData("/bin/sh")]
    [InlineData("link.sh")]
    [InlineData("good.sh; touch pwned")]
    public async Task A_script_outside_the_nodes_directory_is_refused(string script) =>
        Assert.Equal(
            "`script` does not name a file inside the scripts directory of the node",
            await FailureOfAsync($$""" "script":{{JsonSerializer.Serialize(script)}} """));

    [Fact]
    public async Task A_fork_bomb_is_killed() =>
        Assert.EndsWith(
            " was killed, since it had 64 processes and threads at once, the most that its node allows (AURORA_SCRIPT_PROCESSES_MAX)",
            await FailureOfAsync(Source(ForkBomb)), StringComparison.Ordinal);

    [Fact]
    public async Task A_script_that_never_stops_writing_is_cut_and_ends_at_its_time_limit()
    {
        var taskId = await SubmitAsync(Source("yes 'there is no end to this line'") + ""","timeouts":{"run_s":3}""");

        var task = await Client.SeeTaskAsync(taskId, "failed");

        // The node ends it, or the script's own supervisor does.
        Assert.EndsWith(" of 3 s", task.Text("error"), StringComparison.Ordinal);
        Assert.InRange((await Client.TextAsync($"tasks/{taskId}/logs")).Length, 1, 8 << 20);
        await SeeAliveAsync();
    }

    [Fact]
    public async Task Shell_characters_in_arguments_are_only_characters()
    {
        var taskId = await SubmitAsync(""" "script":"arguments.sh","args":["; touch $HOME/pwned","$(id)","`id`","a b","*"] """);

        var task = await Client.SeeTaskAsync(taskId, "completed");

        Assert.Equal("; touch $HOME/pwned|$(id)|`id`|a b|*|", task.Object("result").Text("stdout"));
    }

    [Fact]
    public async Task A_process_that_ignores_the_request_to_end_is_killed_when_its_task_is_cancelled()
    {
        var pids = Path.Combine(machines.Files.Path, "pids");
        var taskId = await SubmitAsync(Source($"trap '' TERM; echo $$ >{pids}.tmp; mv {pids}.tmp {pids}; while :; do sleep 0.1; done"));
        await Eventually.SeeAsync("the script runs", () => Task.FromResult(File.Exists(pids)), exists => exists, () => machines.Agent!.Tail);
        var process = int.Parse(await File.ReadAllTextAsync(pids), CultureInfo.InvariantCulture);

        Assert.Equal(200, (int)(await Client.SendAsync(HttpMethod.Delete, $"tasks/{taskId}")).Status);

        await Eventually.SeeAsync("the process is gone", () => Task.FromResult(Array.Exists(Process.GetProcesses(), other => other.Id == process)), runs => !runs);
        Assert.Equal("cancelled", (await Client.TaskAsync(taskId)).Text("status"));
        await SeeAliveAsync();
    }

    private static string Source(string text) => $$""" "interpreter":"bash","script_source":{{JsonSerializer.Serialize(text)}} """;

    private Task<string> SubmitAsync(string members) =>
        Client.SubmitForIdAsync($$"""{"task_type":"custom","max_attempts":1,"requirements":{"gpu_count":0},{{members}}}""");

    private async Task<string> FailureOfAsync(string members)
    {
        var task = await Client.SeeTaskAsync(await SubmitAsync(members), "failed");
        await SeeAliveAsync();
        return task.Text("error");
    }

    private async Task SeeAliveAsync()
    {
        var task = await Client.SeeTaskAsync(await SubmitAsync(""" "script":"good.sh" """), "completed");
        Assert.Equal("alive\n", task.Object("result").Text("stdout"));
    }

    /// <summary>A mesh with one node that runs scripts.</summary>
    public sealed class MeshWithNode : IAsyncLifetime
    {
        internal TemporaryDirectory Files { get; } = new();

        internal MeshProcess? Mesh { get; private set; }

        internal AgentProcess? Agent { get; private set; }

        public async ValueTask InitializeAsync()
        {
            var scripts = Directory.CreateDirectory(Path.Combine(Files.Path, "scripts")).FullName;
            await File.WriteAllTextAsync(Path.Combine(scripts, "good.sh"), "echo alive");
            await File.WriteAllTextAsync(Path.Combine(scripts, "arguments.sh"), """printf '%s|' "$@" """);
            await File.WriteAllTextAsync(Path.Combine(Files.Path, "outside.sh"), "exit 0");
            File.CreateSymbolicLink(Path.Combine(scripts, "link.sh"), "../outside.sh");
            Mesh = await MeshProcess.StartAsync();
            Agent = AgentProcess.Start(
                Mesh.Url, "hostile", [],
                ("AURORA_ALLOW_SCRIPTS", "any"), ("AURORA_SCRIPTS_DIR", scripts), ("AURORA_SCRIPT_PROCESSES_MAX", "64"), ("AURORA_SCRIPT_GRACE_S", "1"));
            await Mesh.Client.SeeNodeAsync("hostile");
        }

        public async ValueTask DisposeAsync()
        {
            await (Agent?.DisposeAsync() ?? default);
            await (Mesh?.DisposeAsync() ?? default);
            Files.Dispose();
        }
    }
}
