namespace Aurora.GatewayApi.Hosting;

/// <summary>Reads the documented environment variables into <see cref="AuroraGatewayOptions"/>.</summary>
internal static class GatewayEnvironment
{
    public static void Read(IConfiguration configuration, AuroraGatewayOptions options)
    {
        options.NodeName = configuration["NODE_NAME"] is { Length: > 0 } name ? name : options.NodeName;
        options.NodeRole = configuration["NODE_ROLE"] is { Length: > 0 } role ? role : options.NodeRole;
        options.OrleansGateways = Gateways(configuration);
    }

    /// <summary>The entries of <c>AURORA_GATEWAYS</c>; none when it is not set.</summary>
    public static string[] Gateways(IConfiguration configuration) =>
        configuration["AURORA_GATEWAYS"]?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
