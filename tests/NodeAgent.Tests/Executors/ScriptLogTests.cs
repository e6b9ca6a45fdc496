using Aurora.Grains.Interfaces.Output;

namespace Aurora.NodeAgent.Tests.Executors;

/// <summary>What a script writes is heard while it runs.</summary>
public sealed class ScriptLogTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ScriptNode node = new();
    private readonly RecordingOutput output = new();

    public void Dispose() => node.Dispose();

    [Fact]
    public async Task A_line_is_heard_before_the_script_ends()
    {
        var go = Path.Combine(node.DataPath, "go");
        var run = node.RunAsync(ScriptNode.Source("bash", $"echo first; until [ -e {go} ]; do sleep 0.02; done; echo second >&2"), output);

        Assert.Equal([(0L, OutputKind.Stdout, "first\n")], await output.UntilAsync("first\n"));
        Assert.False(run.IsCompleted);
        await File.WriteAllTextAsync(go, "");

        Assert.Null((await run.WaitAsync(Patience)).Error);
        Assert.Equal([(1L, OutputKind.Stderr, "second\n")], output.All());
    }

    [Fact]
    public async Task A_line_with_progress_is_also_told_as_progress_and_colours_are_kept()
    {
        const string Script = """
            printf '\033[32mgreen\033[0m\n'
            echo '{"progress":0.4,"step":1200,"loss":0.31,"layers":[1,2],"note":"warm"}'
            echo '{"progress":7}'; echo '{"step":1}'; echo 'not {"progress":0.9}'
            """;

        await node.RunAsync(ScriptNode.Source("bash", Script), output).WaitAsync(Patience);

        var pieces = output.All();
        Assert.Equal("""{"progress":0.4,"step":1200,"loss":0.31,"note":"warm"}""", Assert.Single(pieces, piece => piece.Kind == OutputKind.Progress).Text);
        Assert.StartsWith("\e[32mgreen\e[0m\n{\"progress\":0.4", string.Concat(pieces.Where(piece => piece.Kind == OutputKind.Stdout).Select(piece => piece.Text)), StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, pieces.Count).Select(number => (long)number), pieces.Select(piece => piece.Number));
    }

    [Fact]
    public async Task Progress_may_also_be_written_to_a_file_and_is_heard_before_the_script_ends()
    {
        var go = Path.Combine(node.DataPath, "go");
        var run = node.RunAsync(
            ScriptNode.Source("bash", $$"""
                cd /; echo '{"progress":0.1,"loss":2}' >>"$AURORA_PROGRESS_FILE"; echo 'no progress' >>"$AURORA_PROGRESS_FILE"
                until [ -e {{go}} ]; do sleep 0.02; done
                printf '{"progress":0.9,' >>"$AURORA_PROGRESS_FILE"; printf '"loss":1}' >>"$AURORA_PROGRESS_FILE"
                """),
            output);

        Assert.Equal([(0L, OutputKind.Progress, """{"progress":0.1,"loss":2}""")], await output.UntilAsync("""{"progress":0.1,"loss":2}"""));
        Assert.False(run.IsCompleted);
        await File.WriteAllTextAsync(go, "");

        Assert.Null((await run.WaitAsync(Patience)).Error);
        Assert.Equal([(1L, OutputKind.Progress, """{"progress":0.9,"loss":1}""")], output.All());
    }

    [Theory]
    [InlineData("ln -s OTHER \"$AURORA_PROGRESS_FILE\"")]
    [InlineData("mkfifo \"$AURORA_PROGRESS_FILE\"")]
    [InlineData("mkdir \"$AURORA_PROGRESS_FILE\"")]
    [InlineData("ln -s /dev/zero \"$AURORA_PROGRESS_FILE\"")]
    public async Task What_is_no_file_of_the_scripts_own_tells_no_progress_and_holds_nothing_up(string source)
    {
        var other = node.Write("other", "{\"progress\":0.5}\n");

        var outcome = await node.RunAsync(ScriptNode.Source("bash", source.Replace("OTHER", other, StringComparison.Ordinal) + "; sleep 0.5"), output).WaitAsync(Patience);

        Assert.Null(outcome.Error);
        Assert.Empty(output.All());
    }

    [Fact]
    public async Task A_flood_of_progress_is_passed_over_to_its_newest_lines()
    {
        const string Flood = """
            yes '{"progress":0.1}' | head -c 100000000 >"$AURORA_PROGRESS_FILE"; echo >>"$AURORA_PROGRESS_FILE"
            echo '{"progress":1}' >>"$AURORA_PROGRESS_FILE"
            """;

        Assert.Null((await node.RunAsync(ScriptNode.Source("bash", Flood), output).WaitAsync(Patience)).Error);

        Assert.Equal("""{"progress":1}""", output.All()[^1].Text);
    }

    [Fact]
    public async Task An_agent_that_comes_back_tells_the_same_pieces_under_the_same_numbers()
    {
        var go = Path.Combine(node.DataPath, "go");
        var attempt = ScriptNode.Source("bash", $"echo one; until [ -e {go} ]; do sleep 0.02; done; echo two");
        var first = node.RunAsync(attempt, output);
        var before = await output.UntilAsync("one\n");

        var later = new RecordingOutput();
        var resumed = node.Executor().Resume(attempt.Id, attempt.TaskType, later);
        var run = resumed!(CancellationToken.None);
        Assert.Equal(before, await later.UntilAsync("one\n"));
        await File.WriteAllTextAsync(go, "");
        Assert.Equal([(1L, OutputKind.Stdout, "two\n")], await later.UntilAsync("two\n"));
        await Task.WhenAll(run, first).WaitAsync(Patience);
    }

    [Fact]
    public async Task A_flood_is_cut_says_so_and_leaves_little_on_the_disk()
    {
        var attempt = ScriptNode.Source("bash", "head -c 200000000 /dev/zero | tr '\\0' x; echo; echo last");

        var outcome = await node.RunAsync(attempt, output).WaitAsync(Patience);

        Assert.Null(outcome.Error);
        var pieces = output.All();
        Assert.EndsWith("last\n", pieces[^1].Text, StringComparison.Ordinal);
        Assert.Contains(pieces, piece => piece.Text.Contains("characters of output were dropped here", StringComparison.Ordinal));
        Assert.Equal(pieces.Select(piece => piece.Number).Order(), pieces.Select(piece => piece.Number));
        var log = Path.Combine(node.Options.RunsDirectory, $"{attempt.TaskId}.{attempt.Attempt}", "log");
        Assert.InRange(new DirectoryInfo(log).EnumerateFiles().Sum(file => file.Length), 1, 6 << 20);
    }
}
