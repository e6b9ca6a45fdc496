using Aurora.Grains.Interfaces.Nodes;
using Aurora.NodeAgent.Files;

namespace Aurora.NodeAgent.Tests.Executors;

/// <summary>What of a script's files outlives it.</summary>
public sealed class ScriptFilesTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ScriptNode node = new();
    private readonly FakeTaskFiles files = new();

    public ScriptFilesTests()
    {
        node.Files = files;
        node.Options = node.Options with { CheckpointInterval = TimeSpan.FromMilliseconds(1), KillGrace = TimeSpan.FromSeconds(10) };
    }

    public void Dispose() => node.Dispose();

    [Fact]
    public async Task A_checkpoint_is_kept_while_the_script_runs_and_goes_when_it_has_ended_well()
    {
        var go = Path.Combine(node.DataPath, "go");
        var run = node.RunAsync(Bash($"cd $AURORA_CHECKPOINT_DIR; echo 1 >step; echo half >step.tmp; ln -s /etc/passwd link; until [ -e {go} ]; do sleep 0.05; done"));

        await files.SeeAsync(TaskFileSets.Checkpoint, found => found.Count == 1 && found["step"] == "1\n");
        await File.WriteAllTextAsync(go, "");

        Assert.Null((await run.WaitAsync(Patience)).Error);
        Assert.Empty(files.TextsOf(TaskFileSets.Checkpoint)!);
    }

    [Fact]
    public async Task A_script_that_fails_leaves_its_last_state_and_the_next_attempt_finds_it()
    {
        var failed = await node.RunAsync(Bash("mkdir $AURORA_CHECKPOINT_DIR/deep; echo 7 >$AURORA_CHECKPOINT_DIR/deep/step; exit 1")).WaitAsync(Patience);
        Assert.NotNull(failed.Error);

        var next = Bash("cat $AURORA_CHECKPOINT_DIR/deep/step") with { Attempt = 2 };
        var result = await node.ResultOfAsync(next).WaitAsync(Patience);

        Assert.Equal("7\n", (string?)result["stdout"]);
    }

    [Fact]
    public async Task A_script_that_is_stopped_may_write_a_last_checkpoint()
    {
        using var stop = new CancellationTokenSource();
        var run = node.RunAsync(
            Bash("trap 'echo last >$AURORA_CHECKPOINT_DIR/step; exit 0' TERM; echo first >$AURORA_CHECKPOINT_DIR/step; while :; do sleep 0.05; done"), cancellationToken: stop.Token);
        await files.SeeAsync(TaskFileSets.Checkpoint, found => found["step"] == "first\n");

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(Patience));
        Assert.Equal("last\n", files.TextsOf(TaskFileSets.Checkpoint)!["step"]);
    }

    [Fact]
    public async Task What_a_script_made_and_wrote_is_kept_also_when_the_mesh_is_away_at_first()
    {
        files.Failures = 2;

        var result = await node.ResultOfAsync(Bash("echo said; mkdir $AURORA_OUTPUT_DIR/a; echo made >$AURORA_OUTPUT_DIR/a/b.txt; ln -s /etc/passwd $AURORA_OUTPUT_DIR/link"))
            .WaitAsync(Patience);

        Assert.Null(result["artifacts_error"]);
        Assert.Equal(new Dictionary<string, string> { ["a/b.txt"] = "made\n" }, files.TextsOf(TaskFileSets.Artifacts));
        Assert.Equal("{\"n\":0,\"k\":\"stdout\",\"t\":\"said\\n\"}\n", Assert.Single(files.TextsOf(TaskFileSets.Log)!).Value);
    }

    [Fact]
    public async Task A_member_beside_rank_0_begins_from_the_checkpoint_and_leaves_neither_files_nor_output()
    {
        var failed = await node.RunAsync(Bash("echo 7 >$AURORA_CHECKPOINT_DIR/step; exit 1")).WaitAsync(Patience);
        Assert.NotNull(failed.Error);
        var output = new RecordingOutput();
        var gang = new GangAssignment(1, [new GangPeer("a", "a"), new GangPeer("b", "b")], 20_000);

        var outcome = await node.RunAsync(
            Bash("cat $AURORA_CHECKPOINT_DIR/step; echo 8 >$AURORA_CHECKPOINT_DIR/step; echo made >$AURORA_OUTPUT_DIR/b") with { Attempt = 2, Gang = gang }, output).WaitAsync(Patience);

        Assert.Null(outcome.Error);
        Assert.Contains("7", outcome.Result, StringComparison.Ordinal);
        Assert.Equal("7\n", files.TextsOf(TaskFileSets.Checkpoint)!["step"]);
        Assert.Null(files.TextsOf(TaskFileSets.Artifacts));
        Assert.Empty(output.All());
    }

    [Fact]
    public async Task A_refusal_of_the_mesh_is_part_of_the_result()
    {
        files.Refusal = "One file takes at most 1 bytes.";

        var result = await node.ResultOfAsync(Bash("echo made >$AURORA_OUTPUT_DIR/b")).WaitAsync(Patience);

        Assert.Equal(files.Refusal, (string?)result["artifacts_error"]);
    }

    [Fact]
    public async Task A_checkpoint_that_cannot_be_fetched_fails_the_attempt_rather_than_beginning_again()
    {
        files.Give("../../evil", "x");

        var outcome = await node.RunAsync(Bash("echo never") with { Attempt = 2 }).WaitAsync(Patience);

        Assert.Contains("checkpoint of an earlier attempt cannot be fetched", outcome.Error, StringComparison.Ordinal);
    }

    private static AttemptAssignment Bash(string source) => ScriptNode.Source("bash", source);
}
