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
        Assert.Equal([id], await ListAsync("--status", "failed,cancelled", "--type", "test", "--node", MeshSettings.NodeName, "-l", "kind=unlucky"));
        Assert.Empty(await ListAsync("--status", "completed", "-l", "kind=unlucky"));
        Assert.Empty(await ListAsync("--tenant", "nobody", "-l", "kind=unlucky"));
        (await RunAsync("tasks", "retry", id)).Expect(0);
        (await RunAsync("tasks", "wait", id)).Expect(1);
        var events = (await RunAsync("events", id, "-o", "json")).Expect(0).Out.Trim().Split('\n').Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal("task.submitted", (string?)events[0]["kind"]);
        Assert.Contains(events, happened => (string?)happened["kind"] == "task.retried");
        Assert.Contains("task.failed", (await RunAsync("events", id)).Expect(0).Out, StringComparison.Ordinal);

        var completed = (await RunAsync("submit", "test")).Expect(0).Out.Trim();
        (await RunAsync("tasks", "wait", completed)).Expect(0);
        (await RunAsync("tasks", "retry", completed)).Expect(1);

        async Task<IEnumerable<string?>> ListAsync(params string[] what) =>
            (await RunAsync(["tasks", "list", "-o", "json", .. what])).Expect(0).Json.AsArray().Select(task => (string?)task!["task_id"]);
    }

    [Fact]
    public async Task A_long_list_says_where_it_goes_on()
    {
        var ids = (await PipeAsync("""[{"task_type":"test","tenant":"long-list"},{"task_type":"test","tenant":"long-list"},{"task_type":"test","tenant":"long-list"}]""", "submit", "-f", "-", "-o", "json"))
            .Expect(0).Json.AsArray().Select(task => (string)task!["task_id"]!).ToList();

        var first = (await RunAsync("tasks", "list", "--tenant", "long-list", "-n", "2", "-o", "json")).Expect(0);
        var cursor = first.Error.Trim().Split("--cursor ")[1];
        var rest = (await RunAsync("tasks", "list", "--tenant", "long-list", "--cursor", cursor, "-o", "json")).Expect(0);

        Assert.Equal(Enumerable.Reverse(ids), first.Json.AsArray().Concat(rest.Json.AsArray()).Select(task => (string?)task!["task_id"]));
        Assert.Empty(rest.Error);
    }

    [Fact]
    public async Task An_array_is_submitted_waited_for_read_and_tried_again()
    {
        var run = (await RunAsync("submit", "test", "--count", "3", "--payload", """{"part":"{index}"}""", "--wait", "-o", "json")).Expect(0);
        Assert.Equal((3, 3), ((int?)run.Json["total"], (int?)run.Json["completed"]));
        var id = (string)run.Json["group_id"]!;
        Assert.Contains($"3 of 3 tasks are accepted. See: aurora groups show {id}", run.Error, StringComparison.Ordinal);

        Assert.Contains("100 % of 3", (await RunAsync("groups", "show", id)).Expect(0).Out, StringComparison.Ordinal);
        var lines = (await RunAsync("groups", "results", id, "-o", "json")).Expect(0).Out.Trim().Split('\n').Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(["0", "1", "2"], lines.Select(line => (string?)line["result"]!["echo"]!["part"]));
        Assert.Empty((await RunAsync("groups", "results", id, "--status", "failed")).Expect(0).Out);

        var failed = (await PipeAsync("""{"task_type":"test","fail":"out of luck","max_attempts":1,"count":2}""", "submit", "-f", "-")).Expect(0).Out.Trim();
        (await RunAsync("groups", "wait", failed)).Expect(1);
        Assert.Contains("out of luck", (await RunAsync("groups", "results", failed)).Expect(0).Out, StringComparison.Ordinal);
        Assert.Contains("2 tasks", (await RunAsync("groups", "retry", failed)).Expect(0).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_that_waits_is_cancelled_as_a_whole()
    {
        var id = (await RunAsync("submit", "test", "--gpus", "1", "--gpu-type", "H100", "--count", "2")).Expect(0).Out.Trim();

        Assert.Contains("aurora groups show", (await RunAsync("groups", "wait", id, "--timeout", "0.2")).Expect(6).Error, StringComparison.Ordinal);
        Assert.Contains("2 tasks are cancelled", (await RunAsync("groups", "cancel", id)).Expect(0).Error, StringComparison.Ordinal);
        Assert.Equal(2, (int?)(await RunAsync("groups", "wait", id, "-o", "json")).Expect(1).Json["cancelled"]);
    }

    [Fact]
    public async Task What_a_task_cost_is_shown_with_it_and_in_the_sums()
    {
        var id = (await RunAsync("submit", "test", "--payload", """{"sleep_ms":50}""", "--wait", "-o", "json")).Expect(0).Json["task_id"]!.GetValue<string>();
        var task = (await RunAsync("tasks", "show", id, "-o", "json")).Expect(0).Json;
        Assert.True((double)task["cost"]! > 0);
        Assert.Contains("Cost ", (await RunAsync("tasks", "show", id)).Expect(0).Out, StringComparison.Ordinal);

        var costs = (await RunAsync("costs", "--by", "node", "-o", "json")).Expect(0).Json;
        Assert.Equal((MeshSettings.NodeName, true), ((string?)costs["parts"]![0]!["name"], (double)costs["total"]!["amount"]! >= (double)task["cost"]!));
        Assert.Equal(2, (double)costs["total"]!["on_demand"]! / (double)costs["total"]!["amount"]!, 6);
        Assert.Contains(MeshSettings.NodeName, (await RunAsync("costs", "--by", "node")).Expect(0).Out, StringComparison.Ordinal);
        Assert.Equal(0, (double)(await RunAsync("costs", "--to", "2020-01-31", "-o", "json")).Expect(0).Json["total"]!["amount"]!);
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
        Assert.Contains(id, (await RunAsync("queue", "-p", "5")).Expect(0).Out, StringComparison.Ordinal);
        Assert.DoesNotContain(id, (await RunAsync("queue", "--priority", "0-4")).Expect(0).Out, StringComparison.Ordinal);
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
    [InlineData(2, "--priority must be", "queue", "-p", "7-2")]
    [InlineData(2, "--priority must be", "queue", "-p", "11")]
    [InlineData(2, "--from must be a day", "costs", "--from", "yesterday")]
    [InlineData(2, "colour", "costs", "--by", "colour")]
    [InlineData(2, "--label must be", "tasks", "list", "-l", "team")]
    [InlineData(2, "one of --ended", "tasks", "list", "--ended", "--dead")]
    [InlineData(2, "one of --ended", "tasks", "list", "--dead", "--node", "n")]
    [InlineData(2, "--status must be", "tasks", "list", "--status", "done")]
    [InlineData(2, "TaskType", "tasks", "list", "--type", "")]
    [InlineData(2, "--limit must be", "tasks", "list", "-n", "0")]
    [InlineData(2, "--ended takes no --cursor", "tasks", "list", "--ended", "--cursor", "task_1")]
    [InlineData(2, "cursor", "tasks", "list", "--status", "failed", "--cursor", "17")]
    [InlineData(2, "count must be", "submit", "test", "--count", "0")]
    [InlineData(2, "--status must be", "groups", "results", "group_0", "--status", "done")]
    [InlineData(3, "group", "groups", "show", "group_nobody")]
    [InlineData(3, "group", "groups", "cancel", "group_nobody")]
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
