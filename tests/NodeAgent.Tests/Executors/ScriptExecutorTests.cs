using System.Text.Json.Nodes;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.NodeAgent.Executors.Scripts;

namespace Aurora.NodeAgent.Tests.Executors;

public sealed class ScriptExecutorTests : IDisposable
{
    private const string DumpEnvironment = "import json,os; print(json.dumps(dict(os.environ)))";

    private readonly ScriptNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public async Task Arguments_reach_the_script_letter_by_letter()
    {
        string[] arguments = ["; rm -rf /", "$(id)", "`id`", "a\nb", "'\"\\", "", "--flag", "*"];
        var more = new JsonObject { ["args"] = new JsonArray([.. arguments.Select(argument => JsonValue.Create(argument))]) };

        var python = await _node.ResultOfAsync(ScriptNode.Source("python3", "import json,sys; print(json.dumps(sys.argv[1:]))", more));
        var bash = await _node.ResultOfAsync(ScriptNode.Source("bash", """printf '%s|' "$@" """, (JsonObject)more.DeepClone()));

        Assert.Equal(arguments, python["data"]!.AsArray().Select(item => (string?)item));
        Assert.Equal(string.Join('|', arguments) + "|", (string?)bash["stdout"]);
    }

    [Fact]
    public async Task A_member_of_a_gang_is_told_who_it_is_and_where_the_others_are()
    {
        var gang = new GangAssignment(1, [new GangPeer("a", "rig-a"), new GangPeer("b", "10.0.0.2"), new GangPeer("c", "rig-c")], 20_007);

        var member = await _node.ResultOfAsync(ScriptNode.Source("python3", DumpEnvironment, new JsonObject { ["env"] = new JsonObject { ["RANK"] = "9" } }) with { Gang = gang });
        var single = await _node.ResultOfAsync(ScriptNode.Source("python3", DumpEnvironment));

        var environment = member["data"]!.AsObject().ToDictionary(variable => variable.Key, variable => (string)variable.Value!);
        Assert.All(["AURORA_GANG_SIZE", "WORLD_SIZE", "NNODES", "PET_NNODES"], name => Assert.Equal("3", environment[name]));
        Assert.All(["AURORA_GANG_RANK", "RANK", "NODE_RANK", "PET_NODE_RANK"], name => Assert.Equal("1", environment[name]));
        Assert.All(["MASTER_ADDR", "PET_MASTER_ADDR"], name => Assert.Equal("rig-a", environment[name]));
        Assert.All(["MASTER_PORT", "PET_MASTER_PORT"], name => Assert.Equal("20007", environment[name]));
        Assert.Equal("rig-a,10.0.0.2,rig-c", environment["AURORA_GANG_MEMBERS"]);
        Assert.DoesNotContain(single["data"]!.AsObject(), variable => variable.Key.Contains("GANG", StringComparison.Ordinal) || variable.Key is "RANK" or "MASTER_ADDR");
    }

    [Fact]
    public async Task The_environment_holds_what_the_script_needs_and_nothing_of_the_agent()
    {
        Environment.SetEnvironmentVariable("AURORA_TEST_AGENT_SECRET", "canary-1");
        Environment.SetEnvironmentVariable("DB_PASSWORD", "canary-2");
        var more = new JsonObject
        {
            ["env"] = new JsonObject
            {
                ["SEED"] = 7,
                ["LD_PRELOAD"] = "/x.so",
                ["PATH"] = "/evil",
                ["PYTHONPATH"] = "/evil",
                ["NVIDIA_VISIBLE_DEVICES"] = "all",
                ["AURORA_TASK_ID"] = "other",
                ["BASH_ENV"] = "/evil",
                ["lower"] = "x",
            },
        };
        var attempt = ScriptNode.Source("python3", DumpEnvironment, more, """{"epochs":3,"batch_size":16,"model":"m"}""", [1]);

        var result = await _node.ResultOfAsync(attempt, [new(0, "T", 1, "GPU-a"), new(1, "T", 1, "GPU-b")]);

        var environment = result["data"]!.AsObject().ToDictionary(member => member.Key, member => (string)member.Value!);
        Assert.DoesNotContain("canary", string.Join(' ', environment.Values), StringComparison.Ordinal);
        Assert.Equal(["LD_PRELOAD", "PATH", "PYTHONPATH", "NVIDIA_VISIBLE_DEVICES", "AURORA_TASK_ID", "BASH_ENV", "lower"], result["env_dropped"]!.AsArray().Select(name => (string)name!));
        Assert.Equal("7", environment["SEED"]);
        Assert.Equal("3 16 m", $"{environment["EPOCHS"]} {environment["BATCH_SIZE"]} {environment["MODEL"]}");
        Assert.Equal("GPU-b GPU-b GPU-b", $"{environment["CUDA_VISIBLE_DEVICES"]} {environment["NVIDIA_VISIBLE_DEVICES"]} {environment["HIP_VISIBLE_DEVICES"]}");
        Assert.Equal(attempt.TaskId, environment["AURORA_TASK_ID"]);
        Assert.Equal(_node.WorkPath(attempt), environment["HOME"]);
        // A python3 that is a version manager's shim puts its own directories in front.
        Assert.EndsWith(_node.Options.SearchPath, environment["PATH"], StringComparison.Ordinal);
        Assert.False(environment.ContainsKey("LD_PRELOAD"));
    }

    [Theory]
    [InlineData(new[] { 0, 2 }, "0,2", "0,2")]
    [InlineData(new int[0], "", "none")]
    public async Task Gpus_without_ids_are_named_by_index_and_a_task_without_gpus_sees_none(int[] gpus, string visible, string container)
    {
        var result = await _node.ResultOfAsync(
            ScriptNode.Source("python3", DumpEnvironment, gpus: gpus), [new(0, "T", 1, null), new(1, "T", 1, "GPU-b"), new(2, "T", 1, "GPU-c")]);

        Assert.Equal(visible, (string?)result["data"]!["CUDA_VISIBLE_DEVICES"]);
        Assert.Equal(container, (string?)result["data"]!["NVIDIA_VISIBLE_DEVICES"]);
    }

    [Fact]
    public async Task The_script_reads_its_task_and_its_output_files_are_described()
    {
        const string source = """
            import json, os
            task = json.load(open(os.environ["AURORA_TASK_INPUT"]))
            out = os.environ["AURORA_OUTPUT_DIR"]
            open(out + "/result.json", "w").write(json.dumps({"seen": task["payload"]["x"], "lr": task["requirements"]["lr"]}))
            os.mkdir(out + "/sub"); open(out + "/sub/model.bin", "w").write("abc")
            open(out + "/odd name", "w").write("x")
            os.symlink("/etc/passwd", out + "/link"); os.mkfifo(out + "/fifo")
            print("not json")
            """;
        var attempt = ScriptNode.Source("python3", source, new JsonObject { ["payload"] = new JsonObject { ["x"] = 5 } }, """{"lr":0.1}""");

        var result = await _node.ResultOfAsync(attempt);

        Assert.Equal("""{"seen":5,"lr":0.1}""", result["data"]!.ToJsonString());
        Assert.Equal(["fifo", "result.json", "sub/model.bin"], result["output_files"]!.AsArray().Select(file => (string?)file!["name"]));
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", (string?)result["output_files"]![2]!["sha256"]);
        Assert.Equal(1, (int?)result["output_files_omitted"]);
        Assert.Equal(["output"], Directory.EnumerateFileSystemEntries(_node.WorkPath(attempt)).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Nothing_stays_of_a_script_that_left_no_output()
    {
        var attempt = ScriptNode.Source("bash", "touch scratch; echo $(stat -c %a .)");

        Assert.Equal("700\n", (string?)(await _node.ResultOfAsync(attempt))["stdout"]);

        Assert.Empty(Directory.EnumerateFileSystemEntries(_node.Options.WorkDirectory));
    }

    [Theory]
    [InlineData("echo one >&2; echo two >&2; exit 3", "the script ended with exit code 3: one | two")]
    [InlineData("kill -SEGV $$", "the script ended with exit code 139 (SIGSEGV)")]
    [InlineData("exit 1", "the script ended with exit code 1")]
    public async Task A_script_that_fails_says_why(string source, string expected)
    {
        var outcome = await _node.RunAsync(ScriptNode.Source("bash", source));

        Assert.Null(outcome.Result);
        Assert.Equal(expected, outcome.Error);
    }

    [Theory]
    [InlineData("exit 75", AttemptFailureKind.Error, 75)]
    [InlineData("echo 'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB' >&2; exit 1", AttemptFailureKind.OutOfMemory, 1)]
    [InlineData("echo 'ggml_backend_cuda_buffer_type_alloc_buffer: allocating 9 MiB on device 0: cudaMalloc failed: out of memory'; exit 2", AttemptFailureKind.OutOfMemory, 2)]
    [InlineData("echo 'RuntimeError: HIP out of memory.' >&2; exit 1", AttemptFailureKind.OutOfMemory, 1)]
    [InlineData("echo 'jaxlib.xla_extension.XlaRuntimeError: RESOURCE_EXHAUSTED: Out of memory while trying to allocate' >&2; exit 1", AttemptFailureKind.OutOfMemory, 1)]
    [InlineData("echo 'out of memory: the box is full' >&2; exit 1", AttemptFailureKind.Error, 1)]
    public async Task The_kind_of_a_failure_and_its_exit_code_are_told(string source, AttemptFailureKind kind, int exitCode)
    {
        var outcome = await _node.RunAsync(ScriptNode.Source("bash", source));

        Assert.Equal((kind, exitCode), (outcome.Failure, outcome.ExitCode));
    }

    [Fact]
    public async Task A_script_without_a_limit_of_its_own_has_the_one_of_its_task()
    {
        var attempt = ScriptNode.Source("bash", "sleep 1000") with { Controls = new TaskControls { Timeouts = new TaskTimeouts(RunS: 0.2) } };

        var outcome = await _node.RunAsync(attempt);

        Assert.Equal((AttemptFailureKind.Timeout, "the script was ended after its time limit of 0.2 s"), (outcome.Failure, outcome.Error));
    }

    [Fact]
    public async Task Words_about_memory_in_a_script_that_succeeds_mean_nothing() =>
        Assert.Null((await _node.RunAsync(ScriptNode.Source("bash", "echo 'CUDA out of memory' >&2"))).Error);

    [Fact]
    public async Task Endless_output_costs_a_bounded_amount_of_memory()
    {
        const int megabytes = 300;
        var before = GC.GetTotalAllocatedBytes();

        var result = await _node.ResultOfAsync(ScriptNode.Source("bash", $"head -c {megabytes}M /dev/zero; echo end; echo oops >&2"));

        Assert.Equal((megabytes * 1024L * 1024) + 4, (long)result["stdout_bytes"]!);
        Assert.Equal(_node.Options.OutputTailBytes, ((string)result["stdout"]!).Length);
        Assert.EndsWith("\uFFFDend\n", (string)result["stdout"]!, StringComparison.Ordinal);
        Assert.Equal("oops\n", (string?)result["stderr"]);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 100L << 20);
    }

    [Fact]
    public async Task A_script_that_reads_its_input_finds_the_end_of_it() =>
        Assert.Equal("done\n", (string?)(await _node.ResultOfAsync(ScriptNode.Source("bash", "cat; echo done")))["stdout"]);

    [Fact]
    public void Work_directories_of_long_ago_are_swept_and_others_stay()
    {
        var old = Directory.CreateDirectory(Path.Combine(_node.Options.WorkDirectory, "old")).FullName;
        var recent = Directory.CreateDirectory(Path.Combine(_node.Options.WorkDirectory, "recent")).FullName;
        Directory.SetLastWriteTimeUtc(old, DateTime.UnixEpoch);

        WorkDirectory.Sweep(_node.Options.WorkDirectory, DateTimeOffset.UnixEpoch.AddDays(1));

        Assert.False(Directory.Exists(old));
        Assert.True(Directory.Exists(recent));
    }

    [Fact]
    public void A_task_id_cannot_lead_out_of_the_work_directory()
    {
        var work = WorkDirectory.Create(_node.Options.WorkDirectory, new AttemptId("../../task_x", 1));

        Assert.True(RealPath.IsInside(work.Root, _node.Options.WorkDirectory), work.Root);
    }
}
