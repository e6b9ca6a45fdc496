using System.Net.WebSockets;
using Aurora.GatewayApi.Tests.Fakes;

namespace Aurora.GatewayApi.Tests.WebSockets;

/// <summary>What a gateway that is stopped says to and of the nodes that it has.</summary>
public sealed class GatewayStopTests
{
    [Fact]
    public async Task Nodes_are_sent_away_and_one_that_names_its_attempts_when_it_comes_back_is_not_reported_gone()
    {
        await using var gateway = new GatewayFixture { OtherGateways = [new Uri("http://10.0.0.2:8001")] };
        await gateway.InitializeAsync();
        using var old = await JoinAsync(gateway, "old", """{"type":"register","node_info":{"gpu_count":1,"gpu_type":"RTX 4090","gpu_memory":24}}""");
        using var newer = await JoinAsync(
            gateway,
            "newer",
            """{"type":"register","node_info":{"gpus":[{"type":"A100","memory_gb":80}],"instance_id":"i-1","features":["attempts","acks","stop","heartbeat","moved"]}}""");

        gateway.App.Lifetime.StopApplication();

        // The close frame is the last thing that a session does.
        Assert.Null(await old.NextAsync("moved"));
        Assert.Equal("http://10.0.0.2:8001/", (await newer.NextAsync("moved"))!.Value.GetProperty("gateways")[0].GetString());
        Assert.Null(await newer.NextAsync("nothing"));
        Assert.Equal((WebSocketCloseStatus.EndpointUnavailable, WebSocketCloseStatus.EndpointUnavailable), (old.CloseStatus, newer.CloseStatus));
        Assert.Equal("the gateway is shutting down; connect to http://10.0.0.2:8001/", old.CloseReason);
        var gone = new List<string>();
        while (gateway.Mesh.NodeCalls.Reader.TryRead(out var call))
        {
            if (call is NodeCall.Disconnected)
            {
                gone.Add(call.NodeId);
            }
        }

        Assert.Equal(["old"], gone);
    }

    private static async Task<NodeClient> JoinAsync(GatewayFixture gateway, string nodeId, string register)
    {
        var node = await NodeClient.ConnectAsync(gateway, nodeId);
        await node.SendAsync(register);
        await node.NextAsync("registered");
        return node;
    }
}
