using Aurora.NodeAgent.Agent;
using Aurora.NodeAgent.Connection;
using Microsoft.Extensions.Configuration;

namespace Aurora.NodeAgent.Tests.Agent;

public sealed class NodeAgentOptionsTests
{
    [Fact]
    public void Defaults_are_those_that_are_documented()
    {
        var options = From();

        Assert.Equal([new Uri("http://127.0.0.1:8001")], options.Coordinators);
        Assert.Equal((Environment.MachineName, TransportChoice.Auto, 0, null), (options.NodeName, options.Transport, options.Simulate, options.MaxParallel));
    }

    [Theory]
    [InlineData("MESH_COORDINATOR_URL", "10.0.0.1:8001")]
    [InlineData("MESH_COORDINATOR_URL", "ftp://mesh")]
    [InlineData("MESH_COORDINATOR_URL", "ws://a:1,")]
    [InlineData("AURORA_MAX_PARALLEL", "0")]
    [InlineData("AURORA_MAX_PARALLEL", "many")]
    [InlineData("AURORA_TRANSPORT", "carrier-pigeon")]
    [InlineData("AURORA_LABELS", "zone")]
    [InlineData("AURORA_LABELS", "=lab")]
    [InlineData("AURORA_TENURE", "borrowed")]
    [InlineData("AURORA_PRICE_PER_HOUR", "-1")]
    [InlineData("AURORA_WATTS", "much")]
    [InlineData("simulate", "-1")]
    [InlineData("gpus", "RTX 4090")]
    [InlineData("gpus", "A40:none")]
    public void A_bad_value_is_refused_with_its_name(string name, string value)
    {
        var refusal = Assert.Throws<AgentSettingException>(() => From((name, value)));

        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(value.Split(':')[0], refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ws://h:8001", "http://h:8001/mesh/bootstrap", "ws://h:8001/ws/n")]
    [InlineData("wss://h", "https://h/mesh/bootstrap", "wss://h/ws/n")]
    [InlineData("http://h:8001/", "http://h:8001/mesh/bootstrap", "ws://h:8001/ws/n")]
    [InlineData("https://h:9", "https://h:9/mesh/bootstrap", "wss://h:9/ws/n")]
    [InlineData("ws://h:8001/ws", "http://h:8001/mesh/bootstrap", "ws://h:8001/ws/n")]
    public void One_address_serves_http_and_websocket(string coordinator, string http, string webSocket)
    {
        Assert.Equal(new Uri(http), MeshAddress.Http(new Uri(coordinator), "/mesh/bootstrap"));
        Assert.Equal(new Uri(webSocket), MeshAddress.WebSocket(new Uri(coordinator), "/ws/n"));
    }

    [Fact]
    public void Several_gateways_are_named_with_commas() =>
        Assert.Equal([new Uri("ws://a:1"), new Uri("https://b:2")], From(("MESH_COORDINATOR_URL", "ws://a:1, https://b:2")).Coordinators);

    [Fact]
    public void Labels_are_read_as_keys_and_values() =>
        Assert.Equal(
            new Dictionary<string, string> { ["zone"] = "lab", ["note"] = "a=b" },
            From(("AURORA_LABELS", "zone=lab, note=a=b")).Labels);

    [Fact]
    public void A_price_is_said_or_follows_from_power()
    {
        Assert.Null(From().PricePerHour);
        Assert.Equal(("spot", 1.5), (From(("AURORA_TENURE", "spot")).Tenure, From(("AURORA_PRICE_PER_HOUR", "1.5")).PricePerHour!.Value));
        Assert.Equal(0.105, From(("AURORA_WATTS", "350"), ("AURORA_PRICE_PER_KWH", "0.3")).PricePerHour!.Value, precision: 9);
        Assert.Null(From(("AURORA_WATTS", "350")).PricePerHour);
    }

    [Fact]
    public void Simulated_gpus_are_read_as_type_and_gigabytes()
    {
        var options = From(("gpus", "RTX 4090:24, M3 Max:36.5"));

        Assert.Equal([("RTX 4090", 24), ("M3 Max", 36.5)], options.SimulatedGpus);
    }

    [Fact]
    public void Waits_grow_to_the_cap_and_stay_below_it()
    {
        var backoff = new Backoff(new Random(7));

        var waits = Enumerable.Range(0, 200).Select(_ => backoff.Next()).ToList();

        Assert.True(waits[0] <= Backoff.First);
        Assert.All(waits, wait => Assert.InRange(wait, TimeSpan.Zero, Backoff.Cap));
        Assert.Contains(waits, wait => wait > Backoff.Cap / 2);
        backoff.Reset();
        Assert.True(backoff.Next() <= Backoff.First);
    }

    private static NodeAgentOptions From(params (string Name, string Value)[] settings) => NodeAgentOptions.From(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build());
}
