using System.Net;
using System.Net.Sockets;
using Aurora.NodeAgent.Connection;

namespace Aurora.NodeAgent.Tests.Connection;

/// <summary>Without a mesh behind it; what a living gateway answers is tested end to end.</summary>
public sealed class OrleansClientSourceTests
{
    private static readonly MeshBootstrap Bootstrap = new("c", "s", []);

    [Fact]
    public async Task A_gateway_that_is_away_fails_and_leaves_the_way_free_for_the_next_try()
    {
        await using var source = new OrleansClientSource { StartTimeout = TimeSpan.FromMilliseconds(500) };
        var away = new IPEndPoint(IPAddress.Loopback, FakeGateway.FreePort());

        await Assert.ThrowsAnyAsync<Exception>(() => source.GetAsync(Bootstrap, [away], CancellationToken.None).WaitAsync(FakeGateway.Patience));
        var again = await Record.ExceptionAsync(() => source.GetAsync(Bootstrap, [away], CancellationToken.None).WaitAsync(FakeGateway.Patience));

        Assert.NotNull(again);
        Assert.IsNotType<TimeoutException>(again);
    }

    [Fact]
    public async Task A_gateway_that_takes_the_connection_and_says_nothing_is_given_up_at_cancellation()
    {
        await using var source = new OrleansClientSource();
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var stopping = new CancellationTokenSource();
        var connecting = source.GetAsync(Bootstrap, [(IPEndPoint)silent.LocalEndpoint], stopping.Token);
        using var taken = await silent.AcceptSocketAsync().WaitAsync(FakeGateway.Patience);

        await stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => connecting.WaitAsync(FakeGateway.Patience));
        Assert.IsNotType<TimeoutException>(connecting.Exception?.InnerException);
        Assert.True(connecting.IsCompleted);
    }
}
