using System.Net;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.EndToEnd.Tests;

/// <summary>What goes wrong around an agent is said in one line, with what to do, and ends by itself when it is put right.</summary>
public sealed class BadDayTests
{
    [Fact]
    public async Task A_wrong_address_is_named_and_what_to_check()
    {
        var nobody = new Uri($"http://127.0.0.1:{FreePort.Take()}");
        await using var agent = AgentProcess.Start(nobody, "astray", []);

        await SeesAsync(agent, $"nothing answers at {nobody.GetLeftPart(UriPartial.Authority)}", "check MESH_COORDINATOR_URL");
        Assert.Equal(0, await agent.StopAsync());
    }

    [Fact]
    public async Task What_is_no_mesh_is_told_from_a_mesh()
    {
        var address = new Uri($"http://127.0.0.1:{FreePort.Take()}/");
        using var other = new HttpListener();
        other.Prefixes.Add(address.ToString());
        other.Start();
        var answering = AnswerAsync(other, "<html>It works!</html>");
        await using var agent = AgentProcess.Start(address, "at-the-wrong-door", []);

        await SeesAsync(agent, "is no Aurora mesh, or one older than this agent");
        other.Close();
        await answering;
    }

    [Fact]
    public async Task A_mesh_of_another_version_is_named_with_both_versions()
    {
        var address = new Uri($"http://127.0.0.1:{FreePort.Take()}/");
        using var other = new HttpListener();
        other.Prefixes.Add(address.ToString());
        other.Start();
        var answering = AnswerAsync(other, """{"cluster_id":"aurora","service_id":"aurora","gateways":[],"websocket":"/ws","version":"9.8.7"}""");
        await using var agent = AgentProcess.Start(address, "of-another-time", []);

        await SeesAsync(agent, "the mesh is version 9.8.7 and this agent", "install the agent of the mesh's version");

        // What answers there opens no WebSocket either, as a proxy does that is not told to.
        await SeesAsync(agent, "refuses the WebSocket (200)", "must pass on Upgrade");
        other.Close();
        await answering;
    }

    [Fact]
    public async Task A_key_that_is_missing_or_wrong_is_told_apart()
    {
        await using var mesh = await MeshProcess.StartAsync();
        await mesh.Client.SendAsync(HttpMethod.Post, "access/keys", """{"name":"ops","scopes":["operate"]}""");
        await using var without = AgentProcess.Start(mesh.Url, "without-key", []);
        await using var wrong = AgentProcess.Start(mesh.Url, "wrong-key", [], ("AURORA_JOIN_TOKEN", "aurora_wrong"));

        await SeesAsync(without, "wants a key: set AURORA_JOIN_TOKEN");
        await SeesAsync(wrong, "refuses this node's AURORA_JOIN_TOKEN");
    }

    [Fact]
    public async Task A_silo_with_a_node_of_its_own_stops_without_a_fault()
    {
        await using var mesh = await MeshProcess.StartAsync(new MeshSettings { LocalNode = true });
        await mesh.Client.SeeNodeAsync(MeshSettings.NodeName);

        Assert.Equal(0, await mesh.StopAsync());
        Assert.DoesNotContain("Unhandled exception", mesh.Output, StringComparison.Ordinal);
    }

    private static Task<string> SeesAsync(AgentProcess agent, params string[] parts) => Eventually.SeeAsync(
        $"the agent says {string.Join(" … ", parts)}",
        () => Task.FromResult(agent.Output),
        output => output.Split('\n').Any(line => parts.All(part => line.Contains(part, StringComparison.Ordinal))));

    private static async Task AnswerAsync(HttpListener listener, string text)
    {
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                await context.Response.OutputStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text));
                context.Response.Close();
            }
        }
        catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
        {
            // By the test's end.
        }
    }
}
