using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Aurora.Client.Abstractions.Failures;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Cli.Tests;

/// <summary>A wrong address, a wrong key, another program at the address: one line, and what to do.</summary>
public sealed class AccessAndAddressTests
{
    [Fact]
    public async Task Nobody_at_the_address_is_exit_code_4()
    {
        var run = (await AuroraRun.RunAsync("status", "--server", $"http://127.0.0.1:{FreePort.Take()}")).Expect(4);

        Assert.Contains("--server or AURORA_SERVER", Assert.Single(run.Error.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status", "--server", "mesh.example")]
    [InlineData("join", "--server", "ftp://mesh.example")]
    [InlineData("status", "--output", "xml")]
    [InlineData("no-such-command")]
    [InlineData("submit", "test", "-p", "high")]
    [InlineData("tasks", "wait", "task_1", "--timeout", "-1")]
    public async Task A_command_line_that_cannot_be_meant_is_exit_code_2(params string[] arguments)
    {
        var run = (await AuroraRun.RunAsync(arguments)).Expect(2);

        Assert.StartsWith("aurora: ", Assert.Single(run.Error.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_right_key_it_is_exit_code_5_and_the_variable_is_named()
    {
        await using var mesh = await MeshProcess.StartAsync();
        var url = mesh.Url.GetLeftPart(UriPartial.Authority);
        var (status, body) = await mesh.Client.SendAsync(HttpMethod.Post, "access/keys", """{"name":"ops","scopes":["operate"]}""");
        Assert.Equal(HttpStatusCode.Created, status);
        var key = (string)JsonNode.Parse(body)!["secret"]!;

        var refused = await Eventually.SeeAsync("the key is in force", () => AuroraRun.RunAsync("status", "-s", url), run => run.ExitCode != 0);
        Assert.Contains("AURORA_API_KEY", refused.Expect(5).Error, StringComparison.Ordinal);
        Assert.Contains("AURORA_API_KEY", (await AuroraRun.RunAsync("status", "-s", url, "--key", "aurora_wrong")).Expect(5).Error, StringComparison.Ordinal);
        var doctor = (await AuroraRun.RunAsync("doctor", "-s", url)).Expect(5);
        Assert.Contains("ok    address", doctor.Out, StringComparison.Ordinal);
        Assert.Contains("FAIL  key", doctor.Out, StringComparison.Ordinal);
        (await AuroraRun.RunAsync(new Dictionary<string, string> { ["AURORA_API_KEY"] = key, ["AURORA_SERVER"] = url }, "", "status")).Expect(0);

        var empty = (await AuroraRun.RunAsync("doctor", "-s", url, "--key", key)).Expect(1);
        Assert.Contains("FAIL  nodes: none is active", empty.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/html", "<html>", "not of an Aurora mesh")]
    [InlineData("application/json", """{"service":"Aurora GPU Mesh Coordinator","version":"9.9.0"}""", "the mesh is 9.9.0")]
    public async Task The_doctor_sees_another_program_and_another_version(string mediaType, string body, string shown)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, $"HTTP/1.1 200 OK\r\nContent-Type: {mediaType}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");

        var run = await AuroraRun.RunAsync("doctor", "-s", $"http://{listener.LocalEndpoint}");
        listener.Stop();
        await serving;

        Assert.Contains(shown, run.Expect(1).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_has_found_the_mesh_is_not_told_to_look_for_it_elsewhere()
    {
        var (found, code) = MeshAction.Explain(new MeshUnreachableException("http://mesh/ does not serve this call: The store's disk is full."))!.Value;
        var (nowhere, _) = MeshAction.Explain(new MeshUnreachableException("Nothing answers at http://mesh/: Connection refused", new HttpRequestException()))!.Value;

        Assert.Equal((ExitCode.Unreachable, "http://mesh/ does not serve this call: The store's disk is full. GET /health and the coordinator's log say more."), (code, found));
        Assert.EndsWith("Name another with --server or AURORA_SERVER.", nowhere, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Join_prints_the_line_of_the_documentation_and_a_unit()
    {
        var line = (await AuroraRun.RunAsync("join", "-s", "http://10.0.0.1:8001", "--token", "secret")).Expect(0);
        Assert.Equal("MESH_COORDINATOR_URL=ws://10.0.0.1:8001 AURORA_JOIN_TOKEN=secret dotnet run --project NodeAgent", line.Out.Trim());

        var unit = (await AuroraRun.RunAsync("join", "-s", "https://mesh.example", "--systemd")).Expect(0);
        Assert.Contains("MESH_COORDINATOR_URL=wss://mesh.example\n", unit.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("AURORA_JOIN_TOKEN", unit.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bash", "complete ")]
    [InlineData("zsh", "#compdef aurora")]
    [InlineData("fish", "complete -c aurora")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public async Task A_shell_gets_its_completion(string shell, string shown) =>
        Assert.Contains(shown, (await AuroraRun.RunAsync("completion", shell)).Expect(0).Out, StringComparison.Ordinal);

    [Fact]
    public async Task The_program_suggests_what_fits()
    {
        var run = (await AuroraRun.RunAsync("[suggest:13]", "aurora tasks ")).Expect(0);

        Assert.Contains("explain", run.Out.Split('\n').Select(line => line.Trim()));
    }

    private static async Task ServeAsync(TcpListener listener, string answer)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                var stream = client.GetStream();
                await stream.ReadAtLeastAsync(new byte[4096], 16, throwOnEndOfStream: false);
                await stream.WriteAsync(Encoding.UTF8.GetBytes(answer));
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The listener was stopped: the test is over.
        }
    }
}
