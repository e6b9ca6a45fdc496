using System.Net;
using System.Net.Sockets;

namespace Aurora.GatewayApi.Webhooks;

/// <summary>
/// Connects calls of webhooks. A name is resolved here and what it stands for is judged before the connection is made to that very
/// address, so that no second look at the name can lead elsewhere. Redirects are not followed and no proxy is asked.
/// </summary>
internal static class WebhookConnection
{
    public static HttpMessageHandler CreateHandler(bool mayBePrivate) => new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        ConnectCallback = (context, cancellation) => ConnectAsync(context.DnsEndPoint, mayBePrivate, cancellation),
    };

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint target, bool mayBePrivate, CancellationToken cancellation)
    {
        var addresses = await Dns.GetHostAddressesAsync(target.Host, cancellation);
        if (!mayBePrivate && Array.Find(addresses, address => !PublicAddress.Is(address)) is { } refused)
        {
            throw new HttpRequestException($"{target.Host} stands for {refused}, which is a loopback or private address");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, target.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
