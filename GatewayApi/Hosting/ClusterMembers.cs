using System.Globalization;
using System.Net;

namespace Aurora.GatewayApi.Hosting;

/// <summary>Where a gateway of its own finds the silos.</summary>
internal static class ClusterMembers
{
    private const string DefaultGateways = "127.0.0.1:30000";

    /// <summary>
    /// The cluster's table in PostgreSQL when <c>ConnectionStrings__Aurora</c> is set, which follows silos that come and go;
    /// otherwise the fixed list <c>AURORA_GATEWAYS</c>.
    /// </summary>
    public static IClientBuilder UseMembers(this IClientBuilder client, IConfiguration configuration) =>
        configuration.GetConnectionString("Aurora") is { Length: > 0 } postgres
            ? client.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", postgres))
            : client.UseStaticClustering([.. Endpoints(configuration["AURORA_GATEWAYS"])]);

    private static IEnumerable<IPEndPoint> Endpoints(string? configured)
    {
        var gateways = configured is { Length: > 0 } ? configured : DefaultGateways;
        foreach (var gateway in gateways.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var colon = gateway.LastIndexOf(':');
            if (colon <= 0 || !int.TryParse(gateway[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            {
                throw new InvalidOperationException($"AURORA_GATEWAYS must be host:port,host:port; '{gateway}' is not.");
            }

            foreach (var address in Dns.GetHostAddresses(gateway[..colon].Trim('[', ']')))
            {
                yield return new IPEndPoint(address, port);
            }
        }
    }
}
