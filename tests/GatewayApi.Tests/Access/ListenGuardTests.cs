using Aurora.GatewayApi.Access;

namespace Aurora.GatewayApi.Tests.Access;

public sealed class ListenGuardTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8001")]
    [InlineData("http://127.0.0.7:8001;http://localhost:8002")]
    [InlineData("https://[::1]:8001")]
    [InlineData("http://LOCALHOST")]
    [InlineData("http://unix:/tmp/gateway.sock")]
    public void Loopback_is_always_fine(string urls) => Assert.Null(ListenGuard.Refuse([urls], hasKeys: false, allowAnonymous: null));

    [Theory]
    [InlineData("http://0.0.0.0:8001")]
    [InlineData("http://*:8001")]
    [InlineData("http://+:8001")]
    [InlineData("http://[::]:8001")]
    [InlineData("http://10.0.0.1:8001")]
    [InlineData("http://mesh.example:8001")]
    [InlineData("http://127.0.0.1:8001;http://0.0.0.0:8001")]
    [InlineData("http://localhost.example:8001")]
    public void Elsewhere_needs_keys_or_a_clear_word(string urls)
    {
        var remedy = ListenGuard.Refuse([urls], hasKeys: false, allowAnonymous: "false");

        Assert.Contains("AURORA_ALLOW_ANONYMOUS=true", remedy, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', remedy!);
        Assert.Null(ListenGuard.Refuse([urls], hasKeys: true, allowAnonymous: null));
        Assert.Null(ListenGuard.Refuse([urls], hasKeys: false, allowAnonymous: "true"));
        Assert.Null(ListenGuard.Refuse([urls], hasKeys: false, allowAnonymous: "1"));
    }
}
