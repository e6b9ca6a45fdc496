using Aurora.NodeAgent.Agent;
using Aurora.NodeAgent.Connection;
using Aurora.NodeAgent.Tests.Executors;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aurora.NodeAgent.Tests.Connection;

public sealed class MeshConnectorTests : IDisposable
{
    private const string Answer = """{"cluster_id":"c","service_id":"s","gateways":["127.0.0.1:1","127.0.0.1:2"]}""";

    private readonly TemporaryDirectory data = new();

    private string MeshFile => Path.Combine(data.Path, "mesh.json");

    public void Dispose() => data.Dispose();

    [Fact]
    public async Task An_agent_that_starts_in_an_outage_knows_every_gateway_of_the_last_answer()
    {
        await using var gateway = new FakeGateway { Bootstrap = Answer };
        await using (var before = Connector(gateway.Address))
        {
            await before.BootstrapAsync([gateway.Address], CancellationToken.None);
        }

        gateway.Bootstrap = null;
        await using var after = Connector(gateway.Address);
        var bootstrap = await after.BootstrapAsync([gateway.Address], CancellationToken.None);

        Assert.Equal(["127.0.0.1:1", "127.0.0.1:2"], bootstrap.Gateways);
        Assert.Equal(("c", "s"), (bootstrap.ClusterId, bootstrap.ServiceId));
    }

    [Fact]
    public async Task Without_an_answer_and_without_a_memory_the_reason_is_told()
    {
        await using var gateway = new FakeGateway();
        await File.WriteAllTextAsync(MeshFile, "{ torn");
        await using var connector = Connector(gateway.Address);

        var refusal = await Assert.ThrowsAsync<HttpRequestException>(() => connector.BootstrapAsync([gateway.Address], CancellationToken.None));

        Assert.Contains("503", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_that_is_away_is_passed_over()
    {
        await using var gateway = new FakeGateway { Bootstrap = Answer };
        var away = new Uri($"ws://127.0.0.1:{FakeGateway.FreePort()}");
        await using var connector = Connector(away, gateway.Address);

        var bootstrap = await connector.BootstrapAsync([away, gateway.Address], CancellationToken.None);

        Assert.Equal("c", bootstrap.ClusterId);
    }

    [Fact]
    public async Task A_socket_goes_to_whichever_gateway_is_there()
    {
        await using var gateway = new FakeGateway();
        var away = new Uri($"ws://127.0.0.1:{FakeGateway.FreePort()}");
        await using var connector = Connector(away, gateway.Address);

        await using var session = await connector.ConnectAsync("a/b", CancellationToken.None);
        var socket = await gateway.NextSocketAsync();

        Assert.Equal("websocket", session.Transport);
        Assert.StartsWith("/ws/", socket.Path, StringComparison.Ordinal);
        socket.Cut();
    }

    [Fact]
    public async Task A_node_that_is_sent_away_goes_where_its_gateway_says_and_later_where_it_was_told()
    {
        await using var configured = new FakeGateway();
        await using var named = new FakeGateway();
        await using var connector = Connector(configured.Address);

        await using (var session = await connector.ConnectAsync("n", CancellationToken.None))
        {
            var first = await configured.NextSocketAsync();
            await first.SendAsync($$"""{"type":"moved","gateways":["http://127.0.0.1:{{named.Port}}"]}""");
            await first.CloseAsync(1001, "the gateway is shutting down");
            await session.Closed.WaitAsync(FakeGateway.Patience);
            await using var second = await connector.ConnectAsync("n", CancellationToken.None);
            (await named.NextSocketAsync()).Cut();
        }

        await using var third = await connector.ConnectAsync("n", CancellationToken.None);
        (await configured.NextSocketAsync()).Cut();
    }

    private MeshConnector Connector(params Uri[] coordinators) => new(
        new NodeAgentOptions { Coordinators = coordinators, Transport = TransportChoice.WebSocket },
        new RememberedMesh(MeshFile, NullLogger<RememberedMesh>.Instance),
        new Random(3));
}
