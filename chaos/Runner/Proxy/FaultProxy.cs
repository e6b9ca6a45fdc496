using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Aurora.Chaos.Runner.Proxy;

/// <summary>A TCP proxy in front of one gateway. It knows whose WebSocket a connection is, and treats it by the rules.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<ProxyConnection, Task> connections = new();
    private readonly Uri target;
    private readonly LinkRules rules;
    private readonly Task accepting;

    public FaultProxy(Uri target, LinkRules rules)
    {
        this.target = target;
        this.rules = rules;
        listener.Start();
        Url = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        accepting = AcceptAsync();
    }

    public Uri Url { get; }

    /// <summary>Where it leads.</summary>
    public Uri Target => target;

    /// <summary>The nodes whose sockets go through it now.</summary>
    public string[] Nodes() => [.. connections.Keys.Select(connection => connection.Node).OfType<string>().Distinct(StringComparer.Ordinal)];

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting;
        await Task.WhenAll(connections.Values);
        listener.Dispose();
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = new ProxyConnection(await listener.AcceptSocketAsync(stopping.Token), target, rules);
                connections[connection] = Task.CompletedTask;
                connections[connection] = ServeAsync(connection);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The run is over.
        }
    }

    private async Task ServeAsync(ProxyConnection connection)
    {
        await Task.Yield();
        try
        {
            await connection.RunAsync(stopping.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One end is gone, and so is the other.
        }
        finally
        {
            connection.Dispose();
            connections.TryRemove(connection, out _);
        }
    }
}
