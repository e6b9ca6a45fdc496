using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.NodeAgent.Executors.Scripts.Runners;

namespace Aurora.NodeAgent.Tests.Executors.Runners;

/// <summary>What docker and podman are asked for, and that a script behind them is followed and ended like any other.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ContainerRunnerTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly GpuDevice[] Gpus = [new(0, "T", 1, "GPU-a"), new(1, "T", 1, "GPU-b"), new(2, "T", 1, null)];

    private readonly ScriptNode node = new();

    public void Dispose() => node.Dispose();

    [Fact]
    public async Task Docker_is_asked_for_a_container_without_network_rights_or_other_GPUs()
    {
        var engine = Use("docker");
        var attempt = ScriptNode.Source("bash", "echo hello; exit 0", gpus: [0, 1]);

        var result = await node.ResultOfAsync(attempt, Gpus).WaitAsync(Patience);

        var work = node.WorkPath(attempt);
        Assert.Equal(("hello\n", "docker"), ((string?)result["stdout"], (string?)result["runner"]));
        Assert.Equal(
            [
                "run", "--rm", "--name", $"aurora-{attempt.TaskId}.1", "--network", "none", "--read-only", "--cap-drop", "ALL",
                "--security-opt", "no-new-privileges", "--pids-limit", "64", "--memory", "1073741824", "--memory-swap", "1073741824",
                "--shm-size", "536870912", "--log-driver", "none", "--user", "1000:1000", "--init",
                "--env-file", Path.Combine(node.Options.RunsDirectory, $"{attempt.TaskId}.1", "environment"),
                "--mount", $"type=bind,source={work}/tmp,target=/tmp", "--mount", $"type=bind,source={work},target={work}",
                "--mount", $"type=bind,source={node.Options.ScriptsDirectory},target={node.Options.ScriptsDirectory},readonly",
                "--gpus", "\"device=GPU-a,GPU-b\"", "--workdir", work, "--entrypoint", "bash", "trainer:1", $"{work}/script",
            ],
            engine.Call("run"));
        Assert.Equal(["version", "--format", "{{.Server.Version}}"], engine.Call("version"));
    }

    [Fact]
    public async Task Podman_gets_its_GPUs_by_the_container_device_interface_and_keeps_the_users_number()
    {
        var engine = Use("podman", options => options with { HasNetwork = true });

        await node.ResultOfAsync(ScriptNode.Source("bash", "exit 0", gpus: [1, 2]), Gpus).WaitAsync(Patience);

        var call = string.Join(' ', engine.Call("run"));
        Assert.Contains("--device nvidia.com/gpu=GPU-b --device nvidia.com/gpu=2 --workdir", call, StringComparison.Ordinal);
        Assert.Contains("--user 1000:1000 --userns keep-id", call, StringComparison.Ordinal);
        Assert.Contains("--network host", call, StringComparison.Ordinal);
        Assert.DoesNotContain("--gpus", call, StringComparison.Ordinal);
        Assert.Equal(["version", "--format", "{{.Client.Version}}"], engine.Call("version"));
    }

    [Fact]
    public async Task Variables_reach_the_script_and_neither_the_engine_nor_anybodys_eyes()
    {
        var engine = Use("docker");
        var more = new JsonObject { ["env"] = new JsonObject { ["TOKEN"] = "s3cret = x", ["DOCKER_HOST"] = "tcp://evil", ["LINES"] = "a\nb" }, ["args"] = new JsonArray("$(id)", "; ls") };

        var result = await node.ResultOfAsync(ScriptNode.Source("bash", "echo \"$TOKEN|$DOCKER_HOST|$AURORA_ATTEMPT|$1|$2\"", more)).WaitAsync(Patience);

        Assert.Equal("s3cret = x|tcp://evil|1|$(id)|; ls\n", (string?)result["stdout"]);
        Assert.Equal(["LINES"], result["env_dropped"]!.AsArray().Select(name => (string?)name));
        Assert.DoesNotContain("s3cret", string.Join(' ', engine.Call("run")), StringComparison.Ordinal);
        Assert.DoesNotContain("evil", engine.ClientEnvironment, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_goes_through_the_engine_first_asked_and_then_removed()
    {
        var engine = Use("docker");
        node.Options = node.Options with { KillGrace = TimeSpan.FromMilliseconds(500) };
        using var stop = new CancellationTokenSource();
        var attempt = ScriptNode.Source("bash", "trap 'touch asked' TERM; touch started; while :; do sleep 0.05; done");
        var run = node.RunAsync(attempt, cancellationToken: stop.Token);
        await SeeAsync(() => File.Exists(Path.Combine(node.WorkPath(attempt), "started")));

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(Patience));
        Assert.Equal(["kill", "--signal", "TERM", $"aurora-{attempt.TaskId}.1"], engine.Call("kill"));
        Assert.Equal(["rm", "--force", $"aurora-{attempt.TaskId}.1"], engine.Call("rm"));
    }

    [Fact]
    public async Task A_container_that_was_killed_names_the_memory_that_it_may_use()
    {
        Use("docker");

        var outcome = await node.RunAsync(ScriptNode.Source("bash", "echo last words >&2; exit 137")).WaitAsync(Patience);

        Assert.Equal("the script (in docker) was killed; it may use 1024 MiB of memory (AURORA_SCRIPT_MEMORY_MB_MAX): last words", outcome.Error);
    }

    [Fact]
    public async Task A_named_script_is_mounted_with_its_directory_and_runs_by_the_images_own_interpreter()
    {
        var engine = Use("podman");
        node.Write("scripts/sub/train.sh", "echo trained");

        var outcome = await node.RunAsync(Attempts.Of("training", """{"script":"sub/train.sh","args":["--fast"]}""")).WaitAsync(Patience);

        Assert.Contains("trained", outcome.Result, StringComparison.Ordinal);
        Assert.Equal(["--entrypoint", "bash", "trainer:1", $"{node.Options.ScriptsDirectory}/sub/train.sh", "--fast"], engine.Call("run")[^5..]);
    }

    private EngineStandIn Use(string name, Func<RunnerOptions, RunnerOptions>? change = null)
    {
        var engine = new EngineStandIn(node, name);
        var options = new RunnerOptions
        {
            Kind = ScriptRunnerKind.Container,
            Engine = engine.Path,
            Image = "trainer:1",
            User = new UnixUser(1000, 1000),
            ProcessesMax = 64,
            MemoryBytesMax = 1 << 30,
        };
        node.Options = node.Options with { Runner = change is null ? options : change(options) };
        return engine;
    }

    private static async Task SeeAsync(Func<bool> isTrue)
    {
        var started = Stopwatch.GetTimestamp();
        while (!isTrue())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, "The script did not start.");
            await Task.Delay(20);
        }
    }
}
