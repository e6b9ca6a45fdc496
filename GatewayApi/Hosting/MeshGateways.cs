using System.Net;

namespace Aurora.GatewayApi.Hosting;

/// <summary>Chooses the Orleans gateways to name to somebody who wants to join.</summary>
internal static class MeshGateways
{
    /// <summary>
    /// A gateway on loopback is named only to those on this machine; to others, this machine is named only when it is
    /// told by what name they reach it.
    /// </summary>
    public static IReadOnlyList<string> For(IPAddress? asker, AuroraGatewayOptions options)
    {
        var isLocal = asker is null || IPAddress.IsLoopback(asker);
        if (options.OrleansGateways.Count > 0)
        {
            return [.. options.OrleansGateways.Where(gateway => isLocal || !IsLoopback(gateway))];
        }

        return isLocal ? [$"127.0.0.1:{options.OrleansGatewayPort}"]
            : options.AdvertisedHost is { Length: > 0 } host ? [$"{host}:{options.OrleansGatewayPort}"]
            : [];
    }

    private static bool IsLoopback(string gateway) =>
        gateway.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase)
        || (IPEndPoint.TryParse(gateway, out var endpoint) && IPAddress.IsLoopback(endpoint.Address));
}
