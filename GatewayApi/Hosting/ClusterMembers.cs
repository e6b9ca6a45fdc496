using System.Data.Common;
using System.Globalization;
using System.Net;

namespace Aurora.GatewayApi.Hosting;

/// <summary>Where a gateway of its own finds the silos.</summary>
internal static class ClusterMembers
{
    private const string TargetSession = "Target Session Attributes";
    private const string DefaultGateways = "127.0.0.1:30000";

    /// <summary>
    /// The cluster's table in PostgreSQL when <c>ConnectionStrings__Aurora</c> is set, which follows silos that come and go;
    /// otherwise the fixed list <c>AURORA_GATEWAYS</c>.
    /// </summary>
    public static IClientBuilder UseMembers(this IClientBuilder client, IConfiguration configuration) =>
        configuration.GetConnectionString("Aurora") is { Length: > 0 } postgres
            ? client.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", ToPrimary(postgres)))
            : client.UseStaticClustering([.. Endpoints(configuration["AURORA_GATEWAYS"])]);

    /// <summary>Of several hosts the one that takes writes, unless the string says itself which: a standby knows members late.</summary>
    internal static string ToPrimary(string connectionString)
    {
        var given = new DbConnectionStringBuilder { ConnectionString = connectionString };
        if (given.TryGetValue("Host", out var host) && host is string several && several.Contains(',', StringComparison.Ordinal)
            && !given.ContainsKey(TargetSession) && !given.ContainsKey(TargetSession.Replace(" ", "", StringComparison.Ordinal)))
        {
            given[TargetSession] = "primary";
            given["Host Recheck Seconds"] = 1;
        }

        return given.ConnectionString;
    }

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
