using System.Globalization;

namespace Aurora.GatewayApi.Hosting;

/// <summary>Reads the documented environment variables into <see cref="AuroraGatewayOptions"/>.</summary>
internal static class GatewayEnvironment
{
    public static void Read(IConfiguration configuration, AuroraGatewayOptions options)
    {
        options.NodeName = configuration["NODE_NAME"] is { Length: > 0 } name ? name : options.NodeName;
        options.NodeRole = configuration["NODE_ROLE"] is { Length: > 0 } role ? role : options.NodeRole;
        options.AdvertisedHost = configuration["AURORA_ADVERTISED_HOST"] ?? options.AdvertisedHost;
        options.OrleansGateways = Gateways(configuration);
        if (configuration["AURORA_GATEWAY_PORT"] is { Length: > 0 } port)
        {
            options.OrleansGatewayPort = int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new InvalidOperationException($"AURORA_GATEWAY_PORT must be a port number, not '{port}'.");
        }
    }

    /// <summary>The entries of <c>AURORA_GATEWAYS</c>; none when it is not set.</summary>
    public static string[] Gateways(IConfiguration configuration) =>
        configuration["AURORA_GATEWAYS"]?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
