using Aurora.Grains.Interfaces.Nodes;
using Aurora.NodeAgent.Executors.Scripts.Supervision;

namespace Aurora.NodeAgent.Tests.Executors.Runners;

/// <summary>
/// A script that takes more than its share ends with a reason, and the node runs the next one. Each of them is bounded by itself, so
/// that a test that fails harms nobody either.
/// </summary>
public sealed class ContainmentTests : IDisposable
{
    // At most a thousand processes, which end by themselves.
    private const string ForkBomb = "f() { if [ $1 -gt 0 ]; then f $(($1 - 1)) & f $(($1 - 1)) & fi; sleep 60; }; f 8";

    // At most 400 MB, twice over while the text is copied.
    private const string MemoryHog = "x=; for i in {1..50}; do x=$x$(head -c 8000000 /dev/zero | tr '\\0' x); done; sleep 60";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(50);

    private readonly ScriptNode node = new();

    public void Dispose() => node.Dispose();

    [Theory]
    [InlineData("Process")]
    [InlineData("Bubblewrap")]
    public async Task A_fork_bomb_is_killed_and_the_node_lives_on(string runner)
    {
        await Sandboxes.UseAsync(node, runner, options => options with { ProcessesMax = 48 });

        var error = await FailureOfAsync(ScriptNode.Source("bash", ForkBomb));

        Assert.EndsWith(
            " was killed, since it had 48 processes and threads at once, the most that its node allows (AURORA_SCRIPT_PROCESSES_MAX)", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Process")]
    [InlineData("Bubblewrap")]
    public async Task A_memory_hog_is_killed_and_the_node_lives_on(string runner)
    {
        await Sandboxes.UseAsync(node, runner, options => options with { MemoryBytesMax = 100 << 20 });

        var error = await FailureOfAsync(ScriptNode.Source("bash", MemoryHog));

        Assert.EndsWith(" was killed, since it used more than 100 MiB of memory, the most that its node allows (AURORA_SCRIPT_MEMORY_MB_MAX)", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Process")]
    [InlineData("Bubblewrap")]
    public async Task A_script_that_ignores_the_request_to_end_is_killed_and_the_node_lives_on(string runner)
    {
        node.Options = node.Options with { KillGrace = TimeSpan.FromMilliseconds(200) };
        await Sandboxes.UseAsync(node, runner);

        var error = await FailureOfAsync(ScriptNode.Source("bash", "trap '' TERM; while :; do sleep 0.05; done", requirements: """{"timeout_s":1}"""));

        Assert.EndsWith(" was ended after its time limit of 1 s", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Process")]
    [InlineData("Bubblewrap")]
    public async Task A_flood_of_output_is_read_counted_and_cut(string runner)
    {
        await Sandboxes.UseAsync(node, runner);

        var result = await node.ResultOfAsync(ScriptNode.Source("bash", "head -c 300M /dev/zero")).WaitAsync(Patience);

        Assert.Equal((300L << 20, node.Options.OutputTailBytes), ((long)result["stdout_bytes"]!, ((string)result["stdout"]!).Length));
    }

    [Fact]
    public async Task Hiding_from_the_supervisor_does_not_help_in_a_sandbox()
    {
        var unique = $"{Random.Shared.Next(100_000, 999_999)}.{Random.Shared.Next(100_000, 999_999)}";
        await Sandboxes.UseAsync(node, "Bubblewrap");

        var outcome = await node.RunAsync(ScriptNode.Source("bash", $"env -i setsid sleep {unique} & sleep 0.2; exit 3")).WaitAsync(Patience);

        Assert.Equal("the script (in bubblewrap) ended with exit code 3", outcome.Error);
        Assert.DoesNotContain(Directory.EnumerateDirectories("/proc"), process => CommandOf(process).Contains(unique, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Workers_that_share_memory_are_not_counted_over_and_over()
    {
        await Sandboxes.UseAsync(node, "Process", options => options with { MemoryBytesMax = 400 << 20 });

        // 100 MB, which the copies of the shell share.
        var outcome = await node.RunAsync(ScriptNode.Source("bash", "x=$(head -c 100000000 /dev/zero | tr '\\0' x); for i in {1..8}; do (sleep 2; :) & done; wait")).WaitAsync(Patience);

        Assert.Null(outcome.Error);
    }

    /// <summary>Why it failed, once it is sure that nothing of it is left and that the node runs another one.</summary>
    private async Task<string> FailureOfAsync(AttemptAssignment attempt)
    {
        var outcome = await node.RunAsync(attempt).WaitAsync(Patience);
        Assert.NotNull(outcome.Error);
        Assert.Empty(new SessionProcesses(-1, Path.Combine(node.WorkPath(attempt), "output")).Find());
        Assert.Equal("alive\n", (string?)(await node.ResultOfAsync(ScriptNode.Source("bash", "echo alive")))["stdout"]);
        return outcome.Error;
    }

    private static string CommandOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            return "";
        }
    }
}
