using System.Net;
using System.Net.Sockets;
using Aurora.NodeAgent.Agent;

namespace Aurora.NodeAgent.Connection;

/// <summary>
/// Finds the way into the mesh: asks its gateways in random order, then joins as an Orleans client when one can be reached, and
/// over WebSocket otherwise. While no gateway answers HTTP, the Orleans gateways of the last answer are tried.
/// </summary>
internal sealed class MeshConnector(NodeAgentOptions options, RememberedMesh remembered, Random random) : IMeshConnector, IAsyncDisposable
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(1);

    private readonly MeshBootstrapClient bootstrapClient = new(options.JoinToken);
    private readonly OrleansClientSource clients = new();

    // Named by a gateway that stopped; asked first, once.
    private volatile Uri[] moved = [];

    public async Task<IMeshSession> ConnectAsync(string nodeId, CancellationToken cancellationToken)
    {
        // Random, so that the nodes of a gateway that is gone spread over the others.
        var coordinators = options.Coordinators.ToArray();
        random.Shuffle(coordinators);
        coordinators = [.. moved, .. coordinators.Except(moved)];
        moved = [];
        if (options.Transport != TransportChoice.WebSocket)
        {
            var bootstrap = await BootstrapAsync(coordinators, cancellationToken);
            var gateways = await ReachableAsync(bootstrap.Gateways, cancellationToken);
            if (gateways.Count > 0)
            {
                var client = await clients.GetAsync(bootstrap, gateways, cancellationToken);
                return new OrleansSession(client, nodeId, () => clients.Abandon(client));
            }

            if (options.Transport == TransportChoice.Orleans)
            {
                throw new IOException($"no Orleans gateway of {string.Join(", ", coordinators.AsEnumerable())} can be reached and AURORA_TRANSPORT is orleans");
            }
        }

        return await FirstAsync(
            coordinators,
            coordinator => WebSocketSession.ConnectAsync(
                MeshAddress.WebSocket(coordinator, "/ws/" + Uri.EscapeDataString(nodeId)), options.JoinToken, MoveTo, cancellationToken),
            cancellationToken);
    }

    private void MoveTo(IReadOnlyList<Uri> gateways)
    {
        var others = gateways.ToArray();
        random.Shuffle(others);
        moved = others;
    }

    /// <summary>What the first gateway that answers says, or else what one said before.</summary>
    internal async Task<MeshBootstrap> BootstrapAsync(Uri[] coordinators, CancellationToken cancellationToken)
    {
        try
        {
            var bootstrap = await FirstAsync(coordinators, coordinator => bootstrapClient.GetAsync(coordinator, cancellationToken), cancellationToken);
            remembered.Write(bootstrap);
            return bootstrap;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested
            && e is not HttpRequestException { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden })
        {
            if (remembered.Read() is { } bootstrap)
            {
                return bootstrap;
            }

            throw;
        }
    }

    private static async Task<T> FirstAsync<T>(Uri[] coordinators, Func<Uri, Task<T>> tryOne, CancellationToken cancellationToken)
    {
        for (var next = 0; ; next++)
        {
            try
            {
                return await tryOne(coordinators[next]);
            }
            catch (Exception) when (next < coordinators.Length - 1 && !cancellationToken.IsCancellationRequested)
            {
                // The last one's failure is reported; any other gateway may still be there.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        bootstrapClient.Dispose();
        await clients.DisposeAsync();
    }

    private static async Task<List<IPEndPoint>> ReachableAsync(IReadOnlyList<string> gateways, CancellationToken cancellationToken)
    {
        var reachable = new List<IPEndPoint>();
        foreach (var gateway in gateways)
        {
            try
            {
                var colon = gateway.LastIndexOf(':');
                var host = gateway[..colon].Trim('[', ']');
                var address = IPAddress.TryParse(host, out var literal) ? literal : (await Dns.GetHostAddressesAsync(host, cancellationToken))[0];
                var endpoint = new IPEndPoint(address, int.Parse(gateway[(colon + 1)..], System.Globalization.CultureInfo.InvariantCulture));
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                limit.CancelAfter(ProbeTimeout);
                using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(endpoint, limit.Token);
                reachable.Add(endpoint);
            }
            catch (Exception e) when (e is SocketException or FormatException or ArgumentException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // Behind a firewall or another network: WebSocket goes over the address that is known to work.
            }
        }

        return reachable;
    }
}
