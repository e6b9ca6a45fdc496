using System.Net;
using System.Net.Sockets;
using System.Text;
using Aurora.Cli.Commands;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Cli.Tests;

/// <summary>The doctor finds it first: disk, driver, clock, port, WebSocket.</summary>
public sealed class DoctorTests
{
    private static readonly string Nobody = $"http://127.0.0.1:{FreePort.Take()}";

    [Fact]
    public async Task A_full_disk_is_named_before_any_mesh_is_asked()
    {
        // /proc has no room, ever.
        var full = new Dictionary<string, string> { ["AURORA_DATA_DIR"] = "/proc/aurora" };

        var run = await AuroraRun.RunAsync(full, "", "doctor", "-s", Nobody);

        Assert.NotEqual(0, run.ExitCode);
        var lines = run.Out.Split('\n');
        Assert.StartsWith("FAIL  disk: 0 MB are free for /proc/aurora. Make room", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("FAIL  address", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_gpus_of_this_machine_and_their_driver_are_named()
    {
        var stated = new Dictionary<string, string> { ["AURORA_GPUS"] = """[{"type":"RTX 4090","memory_gb":24}]""" };

        var run = await AuroraRun.RunAsync(stated, "", "doctor", "-s", Nobody);

        Assert.Contains("ok    driver: 1 GPUs, found by stated", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_card_without_its_driver_is_named_with_its_place_and_a_remedy()
    {
        var (finding, exitCode) = MachineDoctor.Driver(new LocalGpuReport([], "none", null, null, ["nvml: the driver is not loaded"], WithoutDriver: "0000:65:00.0"));

        Assert.Equal(ExitCode.Failure, exitCode);
        Assert.Equal(("driver", false), (finding.Check, finding.Well));
        Assert.Equal("an NVIDIA GPU is at 0000:65:00.0, and no driver answers (nvml: the driver is not loaded).", finding.Finding);
        Assert.Contains("Install NVIDIA's driver", finding.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_machine_without_a_card_is_well()
    {
        var (finding, exitCode) = MachineDoctor.Driver(new LocalGpuReport([], "none", null, null, []));

        Assert.Equal((ExitCode.Ok, true, null), (exitCode, finding.Well, finding.Remedy));
    }

    [Fact]
    public async Task A_real_mesh_is_well_in_every_check()
    {
        await using var mesh = await MeshProcess.StartAsync(new MeshSettings { LocalNode = true, Environment = new Dictionary<string, string?> { ["AURORA_GPUS"] = "[]" } });
        await mesh.Client.SeeNodeAsync(MeshSettings.NodeName);

        var run = (await AuroraRun.RunAsync(new Dictionary<string, string> { ["AURORA_GPUS"] = "[]" }, "", "doctor", "-s", mesh.Url.ToString(), "-o", "json")).Expect(0);

        Assert.Equal(
            ["disk", "driver", "address", "version", "key", "clock", "port", "websocket", "nodes", "queue"],
            run.Json.AsArray().Select(finding => (string?)finding!["check"]));
        Assert.Contains("over Orleans", (string?)run.Json.AsArray().Single(finding => (string?)finding!["check"] == "port")!["finding"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_is_wrong_and_a_proxy_that_opens_no_WebSocket_are_named_with_a_remedy()
    {
        var version = (string?)(await AuroraRun.RunAsync("version", "-o", "json")).Expect(0).Json["version"];
        var body = $$$"""
            {"service":"Aurora GPU Mesh Coordinator","version":"{{{version}}}","coordinator":"x","status":"active","total_nodes":1,"total_gpus":0,"total_vram":0,
            "active_tasks":0,"queued_tasks":0,"completed_tasks":0,"nodes":{},"gateways":[]}
            """;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, $"HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");

        var run = await AuroraRun.RunAsync("doctor", "-s", $"http://{listener.LocalEndpoint}");
        listener.Stop();
        await serving;

        var lines = run.Expect(1).Out.Split('\n');
        Assert.Contains(lines, line => line.StartsWith("FAIL  clock: this machine's clock is", StringComparison.Ordinal) && line.Contains("timedatectl", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("FAIL  websocket: is refused (200). A proxy", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("ok    port: no Orleans port is named", StringComparison.Ordinal));
    }

    private static async Task ServeAsync(TcpListener listener, string answer)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                var stream = client.GetStream();
                _ = await stream.ReadAsync(new byte[8192]);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // By the test's end.
        }
    }
}
