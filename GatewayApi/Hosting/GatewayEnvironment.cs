using System.Globalization;
using Aurora.GatewayApi.Webhooks;

namespace Aurora.GatewayApi.Hosting;

/// <summary>Reads the documented environment variables into <see cref="AuroraGatewayOptions"/>.</summary>
internal static class GatewayEnvironment
{
    private const double MegaByte = 1 << 20;

    public static void Read(IConfiguration configuration, AuroraGatewayOptions options)
    {
        options.NodeName = configuration["NODE_NAME"] is { Length: > 0 } name ? name : options.NodeName;
        options.NodeRole = configuration["NODE_ROLE"] is { Length: > 0 } role ? role : options.NodeRole;
        options.OrleansGateways = Gateways(configuration);
        options.OtherGateways = OtherGateways(configuration);
        options.FilesDirectory = FilesDirectory(configuration);
        options.FileBytesMax = (long)(Number(configuration, "AURORA_FILE_MB_MAX", options.FileBytesMax / MegaByte) * MegaByte);
        options.TaskFilesBytesMax = (long)(Number(configuration, "AURORA_TASK_FILES_MB_MAX", options.TaskFilesBytesMax / MegaByte) * MegaByte);
        options.FilesKept = TimeSpan.FromHours(Number(configuration, "AURORA_FILES_KEEP_HOURS", options.FilesKept.TotalHours));
        options.WebhookSecret = WebhookSecret(configuration);
        options.WebhooksMayBePrivate = Flag(configuration, "AURORA_WEBHOOKS_PRIVATE");
        options.TenantsMayBeNamed = Flag(configuration, "AURORA_TENANT_FIELD");
    }

    private static bool Flag(IConfiguration configuration, string name) => configuration[name] switch
    {
        null or "" => false,
        var text => bool.TryParse(text, out var isSet)
            ? isSet
            : throw new InvalidOperationException($"{name} is \"{text}\"; it must be true or false."),
    };

    private static byte[]? WebhookSecret(IConfiguration configuration) => configuration["AURORA_WEBHOOK_SECRET"] switch
    {
        null or "" => null,
        var text => WebhookSignature.KeyOf(text)
            ?? throw new InvalidOperationException("AURORA_WEBHOOK_SECRET must be at least 16 characters, or whsec_ and at least 16 bytes in base64."),
    };

    private static string FilesDirectory(IConfiguration configuration)
    {
        if (configuration["AURORA_FILES_DIR"] is { Length: > 0 } files)
        {
            return Path.GetFullPath(files);
        }

        var data = configuration["AURORA_DATA_DIR"] is { Length: > 0 } directory
            ? directory
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "aurora");
        return Path.GetFullPath(Path.Combine(data, "files"));
    }

    // The bound keeps every duration and byte count that is made of the number inside its type.
    private static double Number(IConfiguration configuration, string name, double otherwise) => configuration[name] switch
    {
        null or "" => otherwise,
        var text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 1_000_000 => number,
        var text => throw new InvalidOperationException($"{name} is \"{text}\"; it must be a number above 0 and at most 1000000."),
    };

    private static Uri[] OtherGateways(IConfiguration configuration) =>
    [
        .. (configuration["AURORA_OTHER_GATEWAYS"]?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [])
            .Select(text => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
                ? address
                : throw new InvalidOperationException($"AURORA_OTHER_GATEWAYS has \"{text}\"; it must be http:// or https:// addresses with commas.")),
    ];

    /// <summary>The entries of <c>AURORA_GATEWAYS</c>; none when it is not set.</summary>
    public static string[] Gateways(IConfiguration configuration) =>
        configuration["AURORA_GATEWAYS"]?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
