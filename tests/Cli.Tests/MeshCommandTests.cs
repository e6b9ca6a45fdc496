using System.Text.Json.Nodes;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Cli.Tests;

/// <summary>The commands against a real mesh.</summary>
public sealed class MeshCommandTests(OneNodeMesh mesh)
{
    [Fact]
    public async Task A_submit_that_waits_shows_the_result_and_ends_well()
    {
        var run = (await RunAsync("submit", "test", "-p", "7", "--payload", """{"text":"hello"}""", "--wait", "-o", "json")).Expect(0);

        Assert.Equal("completed", (string?)run.Json["status"]);
        Assert.Equal("hello", (string?)run.Json["result"]!["echo"]!["text"]);
        Assert.Equal(7, (int?)run.Json["priority"]);
    }

    [Fact]
    public async Task A_task_that_fails_is_exit_code_1_with_its_error()
    {
        var run = (await PipeAsync("""{"task_type":"test","fail":"out of luck"}""", "submit", "-f", "-", "--wait")).Expect(1);

        Assert.Contains("out of luck", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_preferred_and_is_nowhere_is_no_reason_to_wait()
    {
        var id = (await RunAsync("submit", "test", "--prefer-gpu", "H100", "--prefer-label", "zone=a", "--prefer-label", "disk=fast", "--wait")).Expect(0).Error.Trim();

        var shown = (await RunAsync("tasks", "show", id, "-o", "json")).Expect(0).Json;
        Assert.Equal("""{"gpu_type":"H100","node_labels":{"zone":"a","disk":"fast"}}""", shown["requirements"]!["preferences"]!.ToJsonString());
        Assert.Contains("--prefer-label must be", (await RunAsync("submit", "test", "--prefer-label", "zone")).Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_waiting_task_is_listed_explained_waited_for_and_cancelled()
    {
        var id = (await RunAsync("submit", "test", "--gpus", "1", "--gpu-type", "H100", "--memory-gb", "4")).Expect(0).Out.Trim();
        Assert.StartsWith("task_", id, StringComparison.Ordinal);

        Assert.Contains(id, (await RunAsync("tasks", "list")).Expect(0).Out, StringComparison.Ordinal);
        var explained = (await RunAsync("tasks", "explain", id)).Expect(0);
        Assert.Contains("H100", explained.Out, StringComparison.Ordinal);
        Assert.Contains(MeshSettings.NodeName, explained.Out, StringComparison.Ordinal);
        var waited = (await RunAsync("tasks", "wait", id, "--timeout", "0.2")).Expect(6);
        Assert.Contains("aurora tasks explain", waited.Error, StringComparison.Ordinal);
        (await RunAsync("tasks", "cancel", id)).Expect(0);
        Assert.Equal("cancelled", (string?)(await RunAsync("tasks", "show", id, "-o", "json")).Expect(0).Json["status"]);
        (await RunAsync("tasks", "cancel", id)).Expect(1);
        Assert.Contains(id, (await RunAsync("tasks", "list", "--ended")).Expect(0).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_of_more_nodes_than_there_are_waits_and_says_so()
    {
        var plan = (await RunAsync("plan", "test", "--nodes", "2", "--gpus", "1")).Expect(1);
        Assert.Contains("needs 2 nodes at once", plan.Out, StringComparison.Ordinal);

        var refused = (await RunAsync("submit", "test", "--nodes", "65")).Expect(2);
        Assert.Contains("requirements.nodes", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_tasks_is_one_batch()
    {
        var run = (await PipeAsync("""[{"task_type":"test"},{"task_type":"test","requirements":{"gpu_count":1,"note":"kept"}}]""", "submit", "-f", "-", "-o", "json")).Expect(0);

        var ids = run.Json.AsArray().Select(task => (string)task!["task_id"]!).ToList();
        Assert.Equal(2, ids.Distinct().Count());
        var second = (await RunAsync("tasks", "wait", ids[1], "-o", "json")).Expect(0);
        Assert.Equal("kept", (string?)second.Json["requirements"]!["note"]);
        Assert.Single(second.Json["gpus"]!.AsArray());
    }

    [Theory]
    [InlineData("1 with 24 GB", "status")]
    [InlineData("RTX 4090", "nodes")]
    [InlineData("24 GB", "gpu", "--mesh")]
    [InlineData("ok    nodes: 1 active", "doctor")]
    public async Task What_the_mesh_is_can_be_read(string shown, params string[] command)
    {
        var run = (await RunAsync(command)).Expect(0);

        Assert.Contains(shown, run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Out);
        Assert.IsAssignableFrom<JsonNode>((await RunAsync([.. command, "-o", "json"])).Expect(0).Json);
    }

    [Fact]
    public async Task The_live_view_looks_as_often_as_it_is_told()
    {
        var run = (await RunAsync("top", "--interval", "0.1", "--count", "3")).Expect(0);

        Assert.Equal(3, run.Out.Split('\n').Count(line => line.StartsWith("Coordinator", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_address_may_come_from_the_environment_as_nodes_know_it()
    {
        var variables = new Dictionary<string, string> { ["MESH_COORDINATOR_URL"] = mesh.Url.Replace("http", "ws", StringComparison.Ordinal) };

        (await AuroraRun.RunAsync(variables, "", "status")).Expect(0);
    }

    [Theory]
    [InlineData(3, "No task has the id", "tasks", "show", "task_nobody")]
    [InlineData(3, "No task has the id", "tasks", "cancel", "task_nobody")]
    [InlineData(2, "priority must be an integer from 0 to 10", "submit", "test", "-p", "11")]
    [InlineData(2, "task_type must be one of", "submit", "nonsense")]
    [InlineData(2, "script is required", "submit", "custom")]
    [InlineData(2, "--payload is not JSON", "submit", "test", "--payload", "{")]
    [InlineData(2, "nowhere.json", "submit", "-f", "nowhere.json")]
    public async Task What_goes_wrong_is_one_line_with_its_exit_code(int exitCode, string line, params string[] arguments)
    {
        var run = (await RunAsync(arguments)).Expect(exitCode);

        Assert.Contains(line, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Trim().Split('\n'));
        Assert.Empty(run.Out);
    }

    private Task<AuroraRun> RunAsync(params string[] arguments) => AuroraRun.RunAsync(["--server", mesh.Url, .. arguments]);

    private Task<AuroraRun> PipeAsync(string input, params string[] arguments) =>
        AuroraRun.RunAsync(new Dictionary<string, string>(), input, ["--server", mesh.Url, .. arguments]);
}
