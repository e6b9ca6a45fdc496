using System.Text;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.NodeAgent.Agent;
using Aurora.NodeAgent.Journal;
using Aurora.NodeAgent.Tests.Executors;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aurora.NodeAgent.Tests.Journal;

public sealed class DiskJournalTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryDirectory data = new();
    private readonly FailingDisk disk = new();

    private NodeDirectory Node => NodeDirectory.Of(data.Path, "n");

    public void Dispose() => data.Dispose();

    [Fact]
    public async Task What_was_taken_up_and_not_forgotten_is_there_after_a_restart()
    {
        using (var first = Open())
        {
            await first.AcceptAsync([Accepted("a"), Accepted("b"), Accepted("c")]);
            first.Forget([new AttemptId("b", 1)]);
            await first.AcceptAsync([Accepted("d")]);
        }

        using var second = Open();
        var content = second.Recover();

        Assert.Equal([Accepted("a"), Accepted("c"), Accepted("d")], content.Open.OrderBy(attempt => attempt.Id.TaskId));
        Assert.Equal([new AttemptId("b", 1)], content.Closed);
        Assert.Empty(content.Results);
    }

    [Fact]
    public async Task A_result_is_there_after_a_restart_until_it_is_forgotten()
    {
        using (var first = Open())
        {
            await first.AcceptAsync([Accepted("a"), Accepted("b")]);
            await first.KeepAsync(Kept("a"));
            await first.KeepAsync(Kept("b"));
            first.Forget([new AttemptId("a", 1)]);
            await first.AcceptAsync([Accepted("later")]);
        }

        using var second = Open();
        var content = second.Recover();

        Assert.Equal([Kept("b")], content.Results);
        Assert.Equal([Accepted("later")], content.Open);
    }

    [Fact]
    public async Task Many_attempts_at_once_are_all_noted()
    {
        using (var first = Open())
        {
            await Task.WhenAll(Enumerable.Range(0, 500).Select(i => first.AcceptAsync([Accepted($"t{i}")])));
        }

        using var second = Open();

        Assert.Equal(500, second.Recover().Open.Select(attempt => attempt.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_log_that_ends_in_the_middle_of_a_line_keeps_every_whole_line()
    {
        using (var first = Open())
        {
            await first.AcceptAsync([Accepted("a"), Accepted("b")]);
        }

        var bytes = await File.ReadAllBytesAsync(Node.AttemptLog);
        for (var length = bytes.Length; length >= 0; length--)
        {
            await File.WriteAllBytesAsync(Node.AttemptLog, bytes[..length]);
            using var again = Open();
            var whole = Encoding.UTF8.GetString(bytes[..length]).Split('\n').Count(line => line.EndsWith('}'));

            Assert.True(whole == again.Recover().Open.Count, $"{length} of {bytes.Length} bytes: {whole} whole lines, {again.Recover().Open.Count} attempts");
        }
    }

    [Fact]
    public async Task Lines_and_files_that_cannot_be_read_are_set_aside_and_the_rest_is_used()
    {
        using (var first = Open())
        {
            await first.AcceptAsync([Accepted("a"), Accepted("b")]);
            await first.KeepAsync(Kept("a"));
        }

        await File.AppendAllTextAsync(Node.AttemptLog, "\0\0\0not json\n{\"task_id\":7}\n");
        await File.WriteAllTextAsync(Path.Combine(Node.Results, "torn.1.json"), "{\"report\":{\"task_id\":\"to");
        await File.WriteAllTextAsync(Path.Combine(Node.Results, "null.1.json"), "null");
        await File.WriteAllTextAsync(Path.Combine(Node.Results, "half.1.json.tmp"), "{");
        using var second = Open();
        var content = second.Recover();

        Assert.Equal([Kept("a")], content.Results);
        Assert.Equal([Accepted("b")], content.Open);
        Assert.Equal(
            ["half.1.json.tmp", "null.1.json", "torn.1.json"],
            Directory.EnumerateFiles(Node.SetAside).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(["a.1.json"], Directory.EnumerateFiles(Node.Results).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_full_disk_refuses_what_is_new_and_loses_nothing_that_is_old()
    {
        using (var first = Open())
        {
            await first.AcceptAsync([Accepted("a"), Accepted("b")]);
            await first.KeepAsync(Kept("a"));
            disk.IsFull = true;
            await Assert.ThrowsAsync<IOException>(() => first.AcceptAsync([Accepted("refused")]));
            await Assert.ThrowsAsync<IOException>(() => first.KeepAsync(Kept("b")));
            disk.IsFull = false;
            await first.AcceptAsync([Accepted("c")]);
        }

        // Also the start of the next process finds the disk full.
        disk.IsFull = true;
        using var second = Open();
        var content = second.Recover();

        Assert.Equal([Kept("a")], content.Results);
        Assert.Equal([Accepted("b"), Accepted("c")], content.Open);
    }

    [Fact]
    public void A_second_process_for_the_same_node_is_refused_with_what_to_change()
    {
        using var first = Open();

        var refusal = Assert.Throws<AgentSettingException>(Open);

        Assert.Contains("NODE_NAME", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(Node.LockFile, refusal.Message, StringComparison.Ordinal);
        using var other = new DiskJournal(NodeDirectory.Of(data.Path, "other"), "other", disk, NullLogger<DiskJournal>.Instance);
        Assert.Empty(other.Recover().Open);
    }

    [Fact]
    public async Task Only_the_last_forgotten_attempts_stay_known()
    {
        using (var first = Open())
        {
            foreach (var batch in Enumerable.Range(0, JournalContent.ClosedMax + 500).Chunk(500))
            {
                await first.AcceptAsync([.. batch.Select(i => Accepted($"t{i}"))]);
                first.Forget([.. batch.Select(i => new AttemptId($"t{i}", 1))]);
            }

            await first.AcceptAsync([Accepted("last")]);
        }

        using var second = Open();
        var content = second.Recover();

        Assert.Equal(JournalContent.ClosedMax, content.Closed.Count);
        Assert.Equal(("t500", "last"), (content.Closed[0].TaskId, content.Open.Single().Id.TaskId));
    }

    [Fact]
    public void Ids_that_are_no_file_names_stay_inside_the_directory() => Assert.All(
        new[] { "../../x", "a/b", "", ".", "..", "nul\0", new string('x', 300) },
        id => Assert.Matches("^node_[0-9a-f]{64}$", PlainFileName.Of(id, "node")));

    private static JournaledAttempt Accepted(string taskId) => new(new AttemptId(taskId, 1), "custom", Noon);

    private static KeptResult Kept(string taskId) =>
        new(new AttemptReport(taskId, 1, AttemptReportKind.Completed, TimeSpan.FromSeconds(3), "{\"answer\":\"ä\"}", null), Noon);

    private DiskJournal Open() => new(Node, "n", disk, NullLogger<DiskJournal>.Instance);
}
