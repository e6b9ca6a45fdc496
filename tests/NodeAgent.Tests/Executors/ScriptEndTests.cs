using System.Diagnostics;
using System.Globalization;
using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.NodeAgent.Tests.Executors;

/// <summary>However a script ends, nothing of it is left.</summary>
public sealed class ScriptEndTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ScriptNode _node = new();

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData("sleep 1000 & echo $! >>$F; echo $$ >>$F; wait", 2)]
    [InlineData("trap '' TERM; echo $$ >>$F; while :; do sleep 0.1; done", 1)]
    [InlineData("(sleep 1000 & echo $! >>$F) & echo $$ >>$F; wait; sleep 1000", 2)]
    [InlineData("setsid bash -c 'echo $$ >>$F; sleep 1000' & echo $$ >>$F; sleep 1000", 2)]
    [InlineData("set -m; (sleep 1000) & echo $! >>$F; echo $$ >>$F; wait", 2)]
    public async Task Cancelling_ends_the_script_and_all_that_it_started(string source, int processes)
    {
        _node.Options = _node.Options with { KillGrace = TimeSpan.FromSeconds(1) };
        var (attempt, pids) = WithPids(source);
        using var cancel = new CancellationTokenSource();
        var run = _node.RunAsync(attempt, cancellationToken: cancel.Token);
        var started = await WaitForPidsAsync(pids, processes);
        Assert.All(started, pid => Assert.True(IsRunning(pid), $"process {pid} runs before the cancel"));

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(Patience));
        Assert.All(started, pid => Assert.False(IsRunning(pid), $"process {pid} still runs"));
        Assert.False(Directory.Exists(_node.WorkPath(attempt)));
    }

    [Fact]
    public async Task A_script_may_tidy_up_when_it_is_asked_to_end()
    {
        var witness = Path.Combine(_node.DataPath, "witness");
        var (attempt, pids) = WithPids($"trap 'echo tidy >{witness}; exit 0' TERM; echo $$ >>$F; while :; do sleep 0.05; done");
        using var cancel = new CancellationTokenSource();
        var run = _node.RunAsync(attempt, cancellationToken: cancel.Token);
        await WaitForPidsAsync(pids, 1);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(Patience));
        Assert.Equal("tidy\n", await File.ReadAllTextAsync(witness));
    }

    [Fact]
    public async Task The_time_limit_ends_a_script_that_ignores_the_request()
    {
        _node.Options = _node.Options with { KillGrace = TimeSpan.FromMilliseconds(200) };
        var (attempt, pids) = WithPids("trap '' TERM; echo $$ >>$F; echo hint >&2; while :; do sleep 0.05; done", """{"timeout_s":1}""");

        var outcome = await _node.RunAsync(attempt).WaitAsync(Patience);

        Assert.Equal("the script was ended after its time limit of 1 s: hint", outcome.Error);
        Assert.All(await WaitForPidsAsync(pids, 1), pid => Assert.False(IsRunning(pid), $"process {pid} still runs"));
    }

    [Fact]
    public async Task A_script_that_is_not_to_outlive_a_silent_mesh_is_ended_by_its_supervisor()
    {
        // Nobody renews the lease here, as when the agent hangs or is dead.
        _node.Options = _node.Options with { LeasePatience = TimeSpan.FromSeconds(1), KillGrace = TimeSpan.FromMilliseconds(200) };
        var (attempt, pids) = WithPids("trap '' TERM; echo $$ >>$F; while :; do sleep 0.05; done", """{"on_disconnect":"kill"}""");

        var outcome = await _node.RunAsync(attempt).WaitAsync(Patience);

        Assert.Contains("the mesh did not answer for 1 s and on_disconnect is kill", outcome.Error, StringComparison.Ordinal);
        var noted = File.Exists(pids) ? await WaitForPidsAsync(pids, 0) : [];
        Assert.All(noted, pid => Assert.False(IsRunning(pid), $"process {pid} still runs"));
    }

    [Fact]
    public async Task What_a_script_leaves_running_ends_with_it()
    {
        var (attempt, pids) = WithPids("(sleep 1000 & echo $! >>$F); setsid sleep 1000 & echo $! >>$F; exit 0");

        var outcome = await _node.RunAsync(attempt).WaitAsync(Patience);

        Assert.Null(outcome.Error);
        Assert.All(await WaitForPidsAsync(pids, 2), pid => Assert.False(IsRunning(pid), $"process {pid} still runs"));
    }

    private (AttemptAssignment Attempt, string Pids) WithPids(string source, string requirements = "{}")
    {
        var pids = Path.Combine(_node.DataPath, "pids");
        return (ScriptNode.Source("bash", $"export F={pids}; {source}", requirements: requirements), pids);
    }

    private static async Task<List<int>> WaitForPidsAsync(string path, int count)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < Patience)
        {
            var lines = File.Exists(path) ? await File.ReadAllLinesAsync(path) : [];
            if (lines.Length >= count)
            {
                return [.. lines.Select(line => int.Parse(line, CultureInfo.InvariantCulture))];
            }

            await Task.Delay(10);
        }

        throw new TimeoutException($"The script did not start {count} processes.");
    }

    // A process that ended and that nobody has asked about yet is a zombie: nothing of it runs.
    private static bool IsRunning(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
