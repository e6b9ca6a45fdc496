using System.Diagnostics;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.NodeAgent.Executors.Scripts;
using Aurora.NodeAgent.Executors.Scripts.Supervision;

namespace Aurora.NodeAgent.Tests.Executors;

/// <summary>A process that hangs in the kernel cannot be made; one whose kill never arrives looks the same from outside.</summary>
public sealed class SurvivorTests : IDisposable
{
    private readonly ScriptNode node = new();

    public void Dispose() => node.Dispose();

    [Fact]
    public async Task A_kill_tells_what_it_did_not_end()
    {
        using var hanging = StartWithMarker();
        try
        {
            var deaf = new ProcessSession(hanging, Spec(), TimeSpan.Zero, (_, _) => 0);

            Assert.Equal([hanging.Id], (await deaf.KillAsync()).Select(survivor => survivor.Id));
            Assert.Empty(await new ProcessSession(hanging, Spec()).KillAsync());
        }
        finally
        {
            hanging.Kill();
        }
    }

    [Fact]
    public async Task A_node_takes_no_work_while_a_process_of_an_ended_script_is_there()
    {
        using var hanging = StartWithMarker();
        try
        {
            var executor = node.Executor();
            var attempt = new AttemptId("task_t", 1);
            var run = RunDirectory.Of(node.Options.RunsDirectory, attempt);
            run.Create(Spec());
            run.WriteEnd(new ScriptEnd(ScriptEnding.TimeLimit, 137, TimeSpan.FromSeconds(1), "", "", 0, 0) { Survivors = [ProcessIdentity.Of(hanging.Id)!] });
            Assert.Null(executor.WhyClosed);

            var outcome = await executor.Resume(attempt, "custom")!(CancellationToken.None);

            Assert.NotNull(outcome.Error);
            Assert.Equal($"process {hanging.Id} of task_t (attempt 1) cannot be killed", executor.WhyClosed);
            hanging.Kill();
            await hanging.WaitForExitAsync();
            Assert.Null(executor.WhyClosed);
        }
        finally
        {
            hanging.Kill();
        }
    }

    [Fact]
    public async Task An_agent_that_is_started_again_knows_of_it_until_it_is_gone()
    {
        using var hanging = StartWithMarker();
        try
        {
            var attempt = new AttemptId("task_t", 1);
            var run = RunDirectory.Of(node.Options.RunsDirectory, attempt);
            run.Create(Spec());
            run.WriteEnd(new ScriptEnd(ScriptEnding.TimeLimit, 137, TimeSpan.FromSeconds(1), "", "", 0, 0) { Survivors = [ProcessIdentity.Of(hanging.Id)!] });
            var before = node.Executor();
            await before.Resume(attempt, "custom")!(CancellationToken.None);
            before.Release(attempt);
            Assert.False(run.Exists);

            var after = node.Executor();
            Assert.Equal($"process {hanging.Id} of task_t (attempt 1) cannot be killed", after.WhyClosed);

            hanging.Kill();
            await hanging.WaitForExitAsync();
            Assert.Null(node.Executor().WhyClosed);
            Assert.Null(after.WhyClosed);
            Assert.False(File.Exists(node.Options.SurvivorsFile));
        }
        finally
        {
            hanging.Kill();
        }
    }

    [Fact]
    public void A_process_that_has_the_id_of_one_that_is_gone_closes_nothing()
    {
        var own = ProcessIdentity.Of(Environment.ProcessId)!;
        new SurvivorFile(node.Options.SurvivorsFile).Write([
            new Survivor(new AttemptId("task_t", 1), own with { StartTime = own.StartTime - 1 }),
            new Survivor(new AttemptId("task_t", 1), own with { BootId = "another" })]);

        Assert.Null(node.Executor().WhyClosed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("broken")]
    [InlineData("[null,{}]")]
    public void What_cannot_be_read_closes_nothing(string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(node.Options.SurvivorsFile)!);
        File.WriteAllText(node.Options.SurvivorsFile, content);

        Assert.Null(node.Executor().WhyClosed);
    }

    [Theory]
    [InlineData("S", 1, false)]
    [InlineData("D", 1, false)]
    [InlineData("Z", 1, true)]
    [InlineData("Z", 2, false)]
    [InlineData("X", 1, true)]
    public void A_zombie_with_a_thread_that_hangs_has_not_ended(string state, int threads, bool hasEnded)
    {
        var fields = Enumerable.Repeat("0", 40).ToArray();
        (fields[0], fields[17]) = (state, $"{threads}");

        Assert.Equal(hasEnded, ProcessIdentity.HasEnded(fields));
    }

    private string Output => Path.Combine(node.DataPath, "output");

    private SupervisedSpec Spec() => new(
        "sleep", [], new Dictionary<string, string>(), Directory.CreateDirectory(Path.Combine(node.DataPath, "root")).FullName, Directory.CreateDirectory(Output).FullName,
        TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1), 1024, null, TimeSpan.FromSeconds(25), []);

    private Process StartWithMarker()
    {
        var start = new ProcessStartInfo("sleep", ["600"]);
        start.Environment["AURORA_OUTPUT_DIR"] = Output;
        return Process.Start(start)!;
    }
}
