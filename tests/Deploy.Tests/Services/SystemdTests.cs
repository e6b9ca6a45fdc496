using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Deploy.Tests.Services;

/// <summary>The systemd units, read by systemd itself and run by one that is booted for it.</summary>
public sealed class SystemdTests
{
    private static readonly string Units = Path.Combine(DeployFiles.Folder, "systemd");

    [Fact]
    public async Task Booted_units_run_a_task_come_back_after_a_kill_end_cleanly_and_stay_down_with_a_wrong_setting()
    {
        Needs("systemd-nspawn", "systemd-container");
        using var result = new TemporaryDirectory();
        await using var machine = ChildProcess.Start(
            Path.Combine(Product.Root, "tests", "Deploy.Tests", "Services", "boot.sh"),
            [Units, Path.GetDirectoryName(Product.Silo)!, Path.GetDirectoryName(Product.NodeAgent)!, result.Path],
            new Dictionary<string, string?>());

        var exitCode = await machine.WaitForExitAsync("the booted machine is switched off", TimeSpan.FromMinutes(6));

        var log = Path.Combine(result.Path, "log");
        var evidence = $"{machine.Tail}\n{(File.Exists(log) ? await File.ReadAllTextAsync(log) : "It wrote nothing.")}";
        Assert.True(exitCode == 0, $"Booting systemd needs root (or sudo without a password) on Linux.\n{evidence}");
        var facts = Path.Combine(result.Path, "facts");
        string[] expected =
        [
            "task: completed on unit-node",
            "aurora-coordinator runs as aurora-coordinator",
            "aurora-node-agent runs as aurora-node-agent",
            "data: 700 aurora-coordinator",
            "database: 600",
            "after a kill: 1 restart, task completed",
            "another task: completed",
            "aurora-coordinator stopped: success, exit code 0",
            "aurora-node-agent stopped: success, exit code 0",
            "aurora-coordinator with a wrong setting: exit code 78, 0 restarts",
            "AURORA_LOCAL_NODE is ",
            "aurora-node-agent with a wrong setting: exit code 78, 0 restarts",
            "AURORA_GPUS must be",
            "over",
        ];
        var seen = File.Exists(facts) ? await File.ReadAllLinesAsync(facts) : [];
        Assert.True(seen.Length == expected.Length && expected.Zip(seen).All(pair => pair.Second.StartsWith(pair.First, StringComparison.Ordinal)), $"{string.Join('\n', seen)}\n\n{evidence}");
    }

    /// <param name="exposureMax">What systemd calls the exposure of a service, 0 to 10; what the agent's scripts and their sandboxes need stays open.</param>
    [Theory]
    [InlineData("aurora-coordinator.service", 25)]
    [InlineData("aurora-node-agent.service", 65)]
    public async Task Systemd_reads_the_units_without_a_word_and_finds_them_closed(string unit, int exposureMax)
    {
        Needs("systemd-analyze", "systemd");
        using var folder = new TemporaryDirectory();

        // The programs are not installed here; every other complaint counts.
        var path = Path.Combine(folder.Path, unit);
        await File.WriteAllLinesAsync(path, (await File.ReadAllLinesAsync(Path.Combine(Units, unit))).Select(line => line.StartsWith("ExecStart=", StringComparison.Ordinal) ? "ExecStart=/bin/true" : line));
        await using var verify = ChildProcess.Start("systemd-analyze", ["verify", "--man=no", path], new Dictionary<string, string?>());
        Assert.Equal(0, await verify.WaitForExitAsync("systemd has read the unit"));
        Assert.Empty(verify.Output);

        await using var security = ChildProcess.Start("systemd-analyze", ["security", "--no-pager", "--offline=true", $"--threshold={exposureMax}", path], new Dictionary<string, string?>());
        Assert.True(await security.WaitForExitAsync("systemd has judged the unit") == 0, security.Output);
    }

    private static void Needs(string program, string package) => Assert.True(
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program))),
        $"This test needs {program}: apt-get install {package}. It runs the units under deploy/systemd.");
}
