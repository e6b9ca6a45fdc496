using System.Net;
using Microsoft.Extensions.Options;

namespace Aurora.GatewayApi.Hosting;

/// <summary>Knows the Orleans gateways of the cluster and chooses which to name to somebody who wants to join.</summary>
internal sealed class MeshGateways(IGrainFactory grains, TimeProvider time, IOptions<AuroraGatewayOptions> options)
{
    private static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(2);

    private volatile Known? known;

    /// <summary>
    /// Gateways as <c>host:port</c> that the asker can reach: what is configured, otherwise the cluster's members. A gateway
    /// on loopback is named only to those on this machine.
    /// </summary>
    public async Task<IReadOnlyList<string>> ForAsync(IPAddress? asker)
    {
        var isLocal = asker is null || IPAddress.IsLoopback(asker);
        var all = options.Value.OrleansGateways is { Count: > 0 } configured ? configured : await MembersAsync();
        return [.. all.Where(gateway => isLocal || !IsLoopback(gateway))];
    }

    private async Task<IReadOnlyList<string>> MembersAsync()
    {
        if (known is { } fresh && time.GetElapsedTime(fresh.At) < AgeMax)
        {
            return fresh.Gateways;
        }

        var members = await grains.GetGrain<IManagementGrain>(0).GetDetailedHosts(onlyActive: true);
        string[] gateways =
        [
            .. members.Where(member => member.ProxyPort > 0)
                .Select(member => new IPEndPoint(member.SiloAddress.Endpoint.Address, member.ProxyPort).ToString())
                .Order(StringComparer.Ordinal),
        ];
        known = new Known(time.GetTimestamp(), gateways);
        return gateways;
    }

    private static bool IsLoopback(string gateway) =>
        gateway.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase)
        || (IPEndPoint.TryParse(gateway, out var endpoint) && IPAddress.IsLoopback(endpoint.Address));

    private sealed record Known(long At, IReadOnlyList<string> Gateways);
}
