using System.Text.Json.Nodes;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Cli.Tests;

/// <summary>Events, logs, dead letters, plans, models, and what is done to nodes.</summary>
public sealed class OperatorCommandTests(OperatorMesh mesh) : IClassFixture<OperatorMesh>
{
    [Fact]
    public async Task A_plan_is_told_and_nothing_is_submitted()
    {
        var good = (await RunAsync("plan", "test", "-l", "planned=yes")).Expect(0);
        Assert.Contains(MeshSettings.NodeName, good.Out, StringComparison.Ordinal);
        var waits = (await RunAsync("plan", "test", "--gpus", "1", "-o", "json")).Expect(1);
        Assert.Equal("queued", (string?)waits.Json[0]!["status"]);

        Assert.Empty((await RunAsync("tasks", "list", "-l", "planned=yes", "-o", "json")).Expect(0).Json.AsArray());
    }

    [Fact]
    public async Task A_dead_letter_is_listed_its_events_told_and_it_is_tried_again()
    {
        var id = (await PipeAsync("""{"task_type":"test","fail":"out of luck","max_attempts":1,"labels":{"kind":"unlucky"}}""", "submit", "-f", "-")).Expect(0).Out.Trim();
        (await RunAsync("tasks", "wait", id)).Expect(1);

        Assert.Contains(id, (await RunAsync("tasks", "list", "--dead")).Expect(0).Out, StringComparison.Ordinal);
        Assert.Contains(id, (await RunAsync("tasks", "list", "-l", "kind=unlucky")).Expect(0).Out, StringComparison.Ordinal);
        (await RunAsync("tasks", "retry", id)).Expect(0);
        (await RunAsync("tasks", "wait", id)).Expect(1);
        var events = (await RunAsync("events", id, "-o", "json")).Expect(0).Out.Trim().Split('\n').Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal("task.submitted", (string?)events[0]["kind"]);
        Assert.Contains(events, happened => (string?)happened["kind"] == "task.retried");
        Assert.Contains("task.failed", (await RunAsync("events", id)).Expect(0).Out, StringComparison.Ordinal);

        var completed = (await RunAsync("submit", "test")).Expect(0).Out.Trim();
        (await RunAsync("tasks", "wait", completed)).Expect(0);
        (await RunAsync("tasks", "retry", completed)).Expect(1);
    }

    [Fact]
    public async Task A_log_is_followed_to_its_end()
    {
        var id = (await PipeAsync("""{"task_type":"custom","requirements":{"gpu_count":0},"interpreter":"bash","script_source":"echo one; echo hm >&2; echo two"}""", "submit", "-f", "-")).Expect(0).Out.Trim();

        var run = (await RunAsync("tasks", "logs", id, "-f")).Expect(0);

        Assert.Equal(("one\ntwo\n", "hm\n"), (run.Out, run.Error));
        var lines = (await RunAsync("tasks", "logs", id, "-o", "json")).Expect(0).Out.Trim().Split('\n').Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal("one\ntwo\n", string.Concat(lines.Where(line => (string?)line["kind"] == "stdout").Select(line => (string?)line["text"])));
    }

    [Fact]
    public async Task A_node_is_closed_emptied_and_opened_and_the_queue_shows_why()
    {
        (await RunAsync("cordon", MeshSettings.NodeName)).Expect(0);
        Assert.Contains("cordoned", (await RunAsync("nodes")).Expect(0).Out, StringComparison.Ordinal);
        var id = (await RunAsync("submit", "test")).Expect(0).Out.Trim();
        Assert.Contains(id, (await RunAsync("queue")).Expect(0).Out, StringComparison.Ordinal);
        Assert.Equal(id, (string?)(await RunAsync("queue", "-n", "1", "-o", "json")).Expect(0).Json["tasks"]![0]!["task_id"]);
        (await RunAsync("drain", MeshSettings.NodeName, "--deadline", "1")).Expect(0);
        (await RunAsync("uncordon", MeshSettings.NodeName)).Expect(0);
        (await RunAsync("tasks", "wait", id)).Expect(0);
    }

    [Fact]
    public async Task A_model_chats_and_embeds()
    {
        await Eventually.SeeAsync("the node offers its models", () => RunAsync("models"), run => run.Out.Contains("test-chat", StringComparison.Ordinal));

        Assert.Equal("word0 word1 word2 word3 word4", (await RunAsync("chat", "test-chat", "Hello")).Expect(0).Out.Trim());
        Assert.Equal(2, (await PipeAsync("Hello\nAgain\n", "chat", "test-chat")).Expect(0).Out.Trim().Split('\n').Length);
        Assert.Equal(8, JsonNode.Parse((await RunAsync("embed", "test-embed", "a text")).Expect(0).Out)!.AsArray().Count);
        Assert.Contains("does not exist", (await RunAsync("chat", "nobody", "Hello")).Expect(1).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "-w for the whole mesh", "events")]
    [InlineData(2, "--recent must be", "events", "-w", "--recent", "-1")]
    [InlineData(2, "--deadline must be", "drain", "n", "--deadline", "90000")]
    [InlineData(2, "--limit must be", "queue", "-n", "0")]
    [InlineData(2, "--label must be", "tasks", "list", "-l", "team")]
    [InlineData(2, "one of --ended", "tasks", "list", "--ended", "--dead")]
    [InlineData(3, "No node with the name", "cordon", "nobody")]
    [InlineData(3, "No task has the id", "tasks", "retry", "task_nobody")]
    [InlineData(3, "No task has the id", "tasks", "logs", "task_nobody")]
    [InlineData(3, "No task has the id", "events", "task_nobody")]
    public async Task What_goes_wrong_is_one_line_with_its_exit_code(int exitCode, string line, params string[] arguments)
    {
        var run = (await RunAsync(arguments)).Expect(exitCode);

        Assert.Contains(line, Assert.Single(run.Error.Trim().Split('\n')), StringComparison.Ordinal);
    }

    private Task<AuroraRun> RunAsync(params string[] arguments) => AuroraRun.RunAsync(["--server", mesh.Url, .. arguments]);

    private Task<AuroraRun> PipeAsync(string input, params string[] arguments) =>
        AuroraRun.RunAsync(new Dictionary<string, string>(), input, ["--server", mesh.Url, .. arguments]);
}
