using System.Diagnostics;
using System.Globalization;
using Aurora.NodeAgent.Executors.Scripts.Supervision;
using Aurora.NodeAgent.Tests.Connection;
using Aurora.NodeAgent.Tests.Executors;

namespace Aurora.NodeAgent.Tests.Agent;

/// <summary>The agent program is killed and started again: nothing runs twice, and nothing that ended is lost.</summary>
public sealed class AgentDeathTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryDirectory data = new();
    private readonly ScriptedMesh mesh = new();
    private readonly AgentProgram agent;

    public AgentDeathTests() => agent = new AgentProgram(data.Path, mesh.Address);

    private string Starts => Path.Combine(data.Path, "starts");

    private string Go => Path.Combine(data.Path, "go");

    public ValueTask InitializeAsync()
    {
        agent.Start();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await File.WriteAllTextAsync(Go, "");
        agent.Dispose();
        await mesh.DisposeAsync();
        foreach (var pid in Pids())
        {
            await EndsAsync(pid);
        }

        data.Dispose();
    }

    [Fact]
    public async Task A_script_runs_on_through_five_deaths_of_its_agent_and_is_reported_once()
    {
        await mesh.NextRegistrationAsync();
        await mesh.AssignAsync("t", UntilGo("echo done"));
        var pid = (await PidsAsync(1)).Single();

        for (var restart = 0; restart < 5; restart++)
        {
            await agent.KillAsync();
            agent.Start();
            var registration = await mesh.NextRegistrationAsync();
            Assert.Equal("t", (string?)registration["running"]!.AsArray().Single()!["task_id"]);
        }

        await File.WriteAllTextAsync(Go, "");
        var end = await mesh.NextEndAsync();

        Assert.Equal(("task_complete", "t", 1), ((string?)end["type"], (string?)end["task_id"], (int)end["attempt"]!));
        Assert.Equal("done\n", (string?)end["result"]!["stdout"]);
        Assert.Equal([pid], Pids());
        await NothingIsLeftAsync();
        Assert.Equal(0, mesh.WaitingEnds);
    }

    [Fact]
    public async Task A_result_that_was_not_acknowledged_is_sent_by_the_next_agent_and_the_task_does_not_run_again()
    {
        mesh.IsSilentAboutReports = true;
        await mesh.NextRegistrationAsync();
        await mesh.AssignAsync("t", $"echo $$ >>{Starts}; echo once");
        await mesh.NextEndAsync();
        await agent.KillAsync();

        mesh.IsSilentAboutReports = false;
        agent.Start();
        var registration = await mesh.NextRegistrationAsync();
        var end = await mesh.NextEndAsync();
        await mesh.AssignAsync("t", $"echo $$ >>{Starts}; echo twice");
        await mesh.AssignAsync("other", $"echo $$ >>{Starts}");
        var next = await mesh.NextEndAsync();

        Assert.Equal("t", (string?)registration["running"]!.AsArray().Single()!["task_id"]);
        Assert.Equal("once\n", (string?)end["result"]!["stdout"]);
        Assert.Equal("other", (string?)next["task_id"]);
        Assert.Equal(2, Pids().Count);
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_script_that_ends_while_there_is_no_agent_is_reported_by_the_next_one()
    {
        await mesh.NextRegistrationAsync();
        await mesh.AssignAsync("t", UntilGo("echo alone >&2; exit 3"));
        var pid = (await PidsAsync(1)).Single();
        await agent.KillAsync();

        await File.WriteAllTextAsync(Go, "");
        await EndsAsync(pid);
        agent.Start();
        var end = await mesh.NextEndAsync();

        Assert.Equal("task_failed", (string?)end["type"]);
        Assert.Equal("the script ended with exit code 3: alone", (string?)end["error"]);
        Assert.Equal([pid], Pids());
    }

    [Fact]
    public async Task The_time_limit_holds_while_there_is_no_agent()
    {
        await mesh.NextRegistrationAsync();
        await mesh.AssignAsync("t", UntilGo("echo late"), ",\"timeout_s\":2");
        var pid = (await PidsAsync(1)).Single();
        await agent.KillAsync();

        await EndsAsync(pid);
        agent.Start();
        var end = await mesh.NextEndAsync();

        Assert.Equal("the script was ended after its time limit of 2 s", (string?)end["error"]);
    }

    [Fact]
    public async Task A_script_that_the_mesh_no_longer_wants_is_killed_when_the_agent_is_back()
    {
        await mesh.NextRegistrationAsync();
        await mesh.AssignAsync("t", UntilGo("echo unwanted"));
        var pid = (await PidsAsync(1)).Single();
        await agent.KillAsync();

        mesh.Unwant("t");
        agent.Start();
        await EndsAsync(pid);

        await NothingIsLeftAsync();
        Assert.Equal(0, mesh.WaitingEnds);
    }

    [Fact]
    public async Task A_script_whose_supervisor_died_with_the_agent_is_not_in_the_inventory_and_leaves_no_process()
    {
        await mesh.NextRegistrationAsync();
        await mesh.AssignAsync("t", UntilGo("echo orphan"));
        var pid = (await PidsAsync(1)).Single();
        var supervisor = new RunDirectory(Directory.EnumerateDirectories(Path.Combine(data.Path, "nodes", "n", "runs")).Single()).ReadIdentity()!;
        await agent.KillAsync();
        using (var process = Process.GetProcessById(supervisor.Id))
        {
            process.Kill();
        }

        await EndsAsync(supervisor.Id);
        agent.Start();
        var registration = await mesh.NextRegistrationAsync();
        await EndsAsync(pid);

        Assert.Empty(registration["running"]!.AsArray());
        Assert.Contains("was lost with an earlier process", agent.Output, StringComparison.Ordinal);
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_second_agent_of_the_same_name_over_the_same_directory_says_why_it_does_not_start()
    {
        await mesh.NextRegistrationAsync();
        using var second = new AgentProgram(data.Path, mesh.Address);

        second.Start();

        Assert.Equal(78, await second.WaitForExitAsync());
        Assert.Contains("NODE_NAME", second.Output, StringComparison.Ordinal);
    }

    // Writes its process id, and does not end before the test says so.
    private string UntilGo(string then) => $"echo $$ >>{Starts}; until [ -e {Go} ]; do sleep 0.05; done; {then}";

    private List<int> Pids() => File.Exists(Starts)
        ? [.. File.ReadAllLines(Starts).Select(line => int.Parse(line, CultureInfo.InvariantCulture))]
        : [];

    private async Task<List<int>> PidsAsync(int count) => await SeeAsync(Pids, pids => pids.Count >= count, $"{count} scripts have started");

    private Task EndsAsync(int pid) => SeeAsync(() => ProcessIdentity.Of(pid), process => process is null, $"process {pid} ends");

    private Task NothingIsLeftAsync() => SeeAsync(
        () => Directory.EnumerateFileSystemEntries(Path.Combine(data.Path, "nodes", "n", "runs"))
            .Concat(Directory.EnumerateFileSystemEntries(Path.Combine(data.Path, "nodes", "n", "results"))).ToList(),
        left => left.Count == 0,
        "no run and no result is kept");

    private async Task<T> SeeAsync<T>(Func<T> look, Func<T, bool> isExpected, string expected)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var seen = look();
            if (isExpected(seen))
            {
                return seen;
            }

            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"Expected: {expected}. Last seen: {seen}\n{agent.Output}");
            await Task.Delay(20);
        }
    }
}
