using System.Xml.Linq;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Cli.Tests;

/// <summary><c>aurora join</c> prints the node service of each operating system, and installs this one's.</summary>
public sealed class JoinTests
{
    [Fact]
    public async Task A_service_is_written_for_root_alone_and_names_the_mesh()
    {
        using var root = new TemporaryDirectory();
        var program = Path.Combine(root.Path, "opt", "agent");
        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        await File.WriteAllTextAsync(program, "");

        (await AuroraRun.RunAsync("join", "-s", "http://10.0.0.1:8001", "--token", "aurora_secret", "--install", "--service", "systemd", "--root", root.Path, "--program", "/opt/agent")).Expect(0);

        var unit = Path.Combine(root.Path, "etc", "systemd", "system", "aurora-node-agent.service");
        var lines = await File.ReadAllLinesAsync(unit);
        Assert.Equal(["[Unit]", "[Service]", "[Install]"], lines.Where(line => line.StartsWith('[')));
        Assert.Contains("ExecStart=/opt/agent", lines);
        Assert.Contains("RestartPreventExitStatus=78", lines);

        // What a unit says itself is shown to every user of the machine.
        Assert.DoesNotContain(lines, line => line.Contains("aurora_secret", StringComparison.Ordinal));
        var settings = Path.Combine(root.Path, "etc", "aurora", "node-agent.join.env");
        Assert.Contains($"EnvironmentFile=/etc/aurora/{Path.GetFileName(settings)}", lines);
        Assert.Equal(["MESH_COORDINATOR_URL=ws://10.0.0.1:8001", "AURORA_JOIN_TOKEN=aurora_secret"], await File.ReadAllLinesAsync(settings));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(settings));
        }
    }

    [Fact]
    public async Task An_agent_that_is_not_there_is_not_installed()
    {
        using var root = new TemporaryDirectory();

        var run = (await AuroraRun.RunAsync("join", "-s", "http://10.0.0.1:8001", "--install", "--service", "systemd", "--root", root.Path)).Expect(2);

        Assert.Contains("dotnet publish NodeAgent", Assert.Single(run.Error.Trim().Split('\n')), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(root.Path));
    }

    [Fact]
    public async Task Each_operating_system_has_its_own()
    {
        var job = XDocument.Parse((await AuroraRun.RunAsync("join", "-s", "https://mesh.example", "--service", "launchd", "--token", "aurora_secret", "--program", "/opt/a & b")).Expect(0).Out);
        var values = job.Descendants("string").Select(text => text.Value).ToList();
        Assert.Contains(values, text => text is "wss://mesh.example:443" or "wss://mesh.example");
        Assert.Contains("aurora_secret", values);
        Assert.Contains("/opt/a & b", values);

        var windows = (await AuroraRun.RunAsync("join", "-s", "http://10.0.0.1:8001", "--service", "windows")).Expect(0).Out;
        Assert.EndsWith(
            @"} NodeAgent @{ MESH_COORDINATOR_URL = 'ws://10.0.0.1:8001'; NODE_ROLE = 'compute' } -Program 'C:\Program Files\Aurora\NodeAgent\Aurora.NodeAgent.exe'",
            windows.TrimEnd(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_could_not_be_one_is_refused() =>
        Assert.Contains("--token must be", (await AuroraRun.RunAsync("join", "--token", "two\nlines", "--systemd")).Expect(2).Error, StringComparison.Ordinal);
}
