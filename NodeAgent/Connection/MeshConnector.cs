using System.Net;
using System.Net.Sockets;
using Aurora.NodeAgent.Agent;

namespace Aurora.NodeAgent.Connection;

/// <summary>
/// Finds the way into the mesh: asks the coordinator, then joins as an Orleans client when a gateway can be reached, and over
/// WebSocket at the same address otherwise.
/// </summary>
internal sealed class MeshConnector(NodeAgentOptions options) : IMeshConnector, IAsyncDisposable
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(1);

    private readonly MeshBootstrapClient bootstrapClient = new(options.Coordinator, options.JoinToken);
    private readonly OrleansClientSource clients = new();

    public async Task<IMeshSession> ConnectAsync(string nodeId, CancellationToken cancellationToken)
    {
        if (options.Transport != TransportChoice.WebSocket)
        {
            var bootstrap = await bootstrapClient.GetAsync(cancellationToken);
            var gateways = await ReachableAsync(bootstrap.Gateways, cancellationToken);
            if (gateways.Count > 0)
            {
                var client = await clients.GetAsync(bootstrap, gateways, cancellationToken);
                return new OrleansSession(client, nodeId, () => clients.Abandon(client));
            }

            if (options.Transport == TransportChoice.Orleans)
            {
                throw new IOException($"no Orleans gateway of {options.Coordinator} can be reached and AURORA_TRANSPORT is orleans");
            }
        }

        return await WebSocketSession.ConnectAsync(
            MeshAddress.WebSocket(options.Coordinator, "/ws/" + Uri.EscapeDataString(nodeId)), options.JoinToken, cancellationToken);
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
