using System.Net;
using System.Net.WebSockets;
using System.Text.RegularExpressions;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.EndToEnd.Tests;

/// <summary>Who may do what.</summary>
public sealed class AccessTests
{
    [Fact]
    public async Task Listening_beyond_loopback_without_keys_is_refused_with_a_remedy()
    {
        var port = FreePort.Take();
        var (exitCode, output) = await MeshProcess.RunToEndAsync(Open(port, allowAnonymous: false));

        Assert.True(exitCode == 78, $"exit code {exitCode}\n{output}");
        var remedy = Assert.Single(output.Split('\n'), line => line.Contains("AURORA_ALLOW_ANONYMOUS", StringComparison.Ordinal));
        Assert.Contains($"0.0.0.0:{port}", remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("is up", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_operator_may_open_a_private_network_and_is_warned()
    {
        await using var mesh = await MeshProcess.StartAsync(Open(FreePort.Take(), allowAnonymous: true));

        Assert.Equal("active", (await mesh.Client.GetAsync("")).Text("status"));
        Assert.Contains("AURORA_ALLOW_ANONYMOUS", mesh.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Once_a_key_exists_every_request_needs_one_and_every_node_a_join_token()
    {
        await using var mesh = await MeshProcess.StartAsync();
        await mesh.StopAsync();
        await mesh.StartAgainAsync("--create-key", "ops", "--create-join-token", "nodes");
        var key = SecretOf(mesh.Output, "ops");
        var token = SecretOf(mesh.Output, "nodes");
        await mesh.StopAsync();
        await mesh.StartAgainAsync();
        Assert.DoesNotContain(key, mesh.Output, StringComparison.Ordinal);

        string[] guarded = ["mesh/status", "mesh/nodes", "tasks/active", "tasks/completed", "dashboard", "openapi/v1.json", "metrics", "mesh/bootstrap"];
        foreach (var path in guarded)
        {
            Assert.True(await mesh.Client.StatusOfAsync(path) == 401, $"GET /{path} should need a key");
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await mesh.Client.SendAsync(HttpMethod.Post, "tasks/submit", """{"task_type":"test"}""")).Status);
        await RefusedAsync(mesh, "");
        await RefusedAsync(mesh, $"token={key[..^2]}xx");
        mesh.Client.UseKey("aurora_wrong");
        Assert.Equal(401, await mesh.Client.StatusOfAsync("mesh/status"));

        mesh.Client.UseKey(key);
        Assert.All([await mesh.Client.StatusOfAsync("mesh/status"), await mesh.Client.StatusOfAsync("dashboard/")], status => Assert.Equal(200, status));
        await using var node = await LegacyNode.ConnectAsync(mesh.Url, "guarded", $"token={token}");
        Assert.Equal("registered", (await node.RegisterAsync("GUARDED", 24, 1)).Text("type"));
        await using var agent = AgentProcess.Start(mesh.Url, "agent-with-token", [("TOKEN", 24)], ("AURORA_JOIN_TOKEN", token));
        var taskId = await mesh.Client.SubmitForIdAsync("""{"task_type":"test","requirements":{"gpu_count":1,"gpu_type":"TOKEN","memory_gb":1}}""");
        await mesh.Client.SeeTaskAsync(taskId, "completed");
    }

    private static async Task RefusedAsync(MeshProcess mesh, string query)
    {
        var refused = await Assert.ThrowsAsync<WebSocketException>(() => LegacyNode.ConnectAsync(mesh.Url, "intruder", query));
        Assert.Contains("401", refused.Message, StringComparison.Ordinal);
    }

    private static string SecretOf(string output, string name)
    {
        var match = SecretLine(name).Match(output);
        Assert.True(match.Success, $"The output should show the secret of \"{name}\" once:\n{output}");
        return match.Groups[1].Value;
    }

    private static Regex SecretLine(string name) => new($"\"{name}\".*?: (\\S+)\\s*$", RegexOptions.Multiline);

    private static MeshSettings Open(int port, bool allowAnonymous) => new()
    {
        Environment = new Dictionary<string, string?>
        {
            ["ASPNETCORE_URLS"] = $"http://0.0.0.0:{port}",
            ["AURORA_ALLOW_ANONYMOUS"] = allowAnonymous ? "true" : null,
        },
    };
}
