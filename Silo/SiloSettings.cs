using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Aurora.Grains.Hooks;
using Aurora.Scheduling.Planning;

namespace Aurora.Silo;

/// <summary>What one silo process is told by its environment.</summary>
/// <param name="DataDirectory"><c>AURORA_DATA_DIR</c>; default: <c>aurora</c> in the user's local application data.</param>
/// <param name="Postgres"><c>ConnectionStrings__Aurora</c>, or null for SQLite.</param>
/// <param name="SiloPort"><c>AURORA_SILO_PORT</c>; default 11111.</param>
/// <param name="GatewayPort"><c>AURORA_GATEWAY_PORT</c>; default 30000.</param>
/// <param name="AdvertisedAddress"><c>AURORA_ADVERTISED_HOST</c> resolved; null keeps the Orleans ports on loopback.</param>
/// <param name="LocalNode"><c>AURORA_LOCAL_NODE</c>; default true.</param>
internal sealed record SiloSettings(
    string DataDirectory, string? Postgres, int SiloPort, int GatewayPort, IPAddress? AdvertisedAddress, bool LocalNode)
{
    public const int DefaultSiloPort = 11111;
    public const int DefaultGatewayPort = 30000;

    /// <summary><c>AURORA_PLACEMENT_PROFILE</c> (default balanced) and <c>AURORA_TASK_PROFILES</c> (default false).</summary>
    public PlannerSettings Planner { get; init; } = new();

    /// <summary><c>AURORA_WAKE_HOOK</c>, <c>AURORA_RELEASE_HOOK</c> and <c>AURORA_RELEASE_AFTER_S</c>.</summary>
    public NodeHookOptions Hooks { get; init; } = new();

    public string SqliteFile => Path.Combine(DataDirectory, "aurora.db");

    /// <exception cref="SettingsException">A variable has a value that it cannot have.</exception>
    public static SiloSettings From(IConfiguration configuration) => new(
        Path.GetFullPath(configuration["AURORA_DATA_DIR"] is { Length: > 0 } directory ? directory : DefaultDataDirectory),
        configuration.GetConnectionString("Aurora") is { Length: > 0 } postgres ? postgres : null,
        Port(configuration, "AURORA_SILO_PORT", DefaultSiloPort),
        Port(configuration, "AURORA_GATEWAY_PORT", DefaultGatewayPort),
        configuration["AURORA_ADVERTISED_HOST"] is { Length: > 0 } host ? Resolve(host) : null,
        Flag(configuration, "AURORA_LOCAL_NODE", defaultValue: true))
    {
        Planner = new PlannerSettings
        {
            Profile = ProfileSettings.Placement(configuration).Mesh,
            PoolProfiles = ProfileSettings.Placement(configuration).Pools,
            Queue = ProfileSettings.Queue(configuration).Mesh,
            PoolQueues = ProfileSettings.Queue(configuration).Pools,
            ReserveAfter = TimeSpan.FromSeconds(Seconds(configuration, "AURORA_RESERVE_AFTER_S", 300)),
            QueuedMax = Count(configuration, "AURORA_QUEUE_MAX", PlannerSettings.DefaultQueuedMax),
            FirstTokenWithin = Positive(configuration, "AURORA_FIRST_TOKEN_TARGET_S", most: 3_600) is { } within ? TimeSpan.FromSeconds(within) : null,
            OwnedOverbooking = Positive(configuration, "AURORA_OWNED_OVERBOOKING", most: 100),
            RentsAtOnce = Flag(configuration, "AURORA_RENT_AT_ONCE", defaultValue: false),
            Budget = BudgetSettings.Parse(configuration["AURORA_BUDGET_PER_DAY"], configuration["AURORA_BUDGET_PER_MONTH"]).Mesh,
            PoolBudgets = BudgetSettings.Parse(configuration["AURORA_BUDGET_PER_DAY"], configuration["AURORA_BUDGET_PER_MONTH"]).Pools,
            Tenants = TenantSettings.Parse(configuration["AURORA_TENANTS"]),
            Preemption = Flag(configuration, "AURORA_PREEMPTION", defaultValue: false),
            WakeWait = HookSettings.Program(configuration, "AURORA_WAKE_HOOK") is null ? TimeSpan.Zero : WakeWaitOf(configuration),
            TasksMayChooseProfile = Flag(configuration, "AURORA_TASK_PROFILES", defaultValue: false),
        },
        Hooks = new NodeHookOptions
        {
            Wake = HookSettings.Program(configuration, "AURORA_WAKE_HOOK"),
            Release = HookSettings.Program(configuration, "AURORA_RELEASE_HOOK"),
            ReleaseAfter = TimeSpan.FromSeconds(Seconds(configuration, "AURORA_RELEASE_AFTER_S", 900)),
        },
    };

    private static TimeSpan WakeWaitOf(IConfiguration configuration) => Seconds(configuration, "AURORA_WAKE_WAIT_S", 180) switch
    {
        > 0 and <= 86_400 and var seconds => TimeSpan.FromSeconds(seconds),
        _ => throw new SettingsException($"AURORA_WAKE_WAIT_S is \"{configuration["AURORA_WAKE_WAIT_S"]}\"; it must be a number of seconds above 0 and at most 86400."),
    };

    private static double Seconds(IConfiguration configuration, string name, double defaultSeconds) => configuration[name] switch
    {
        null or "" => defaultSeconds,
        var text when double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and <= 31_536_000 => seconds,
        var text => throw new SettingsException($"{name} is \"{text}\"; it must be a number of seconds from 0 to 31536000."),
    };

    private static double? Positive(IConfiguration configuration, string name, double most) => configuration[name] switch
    {
        null or "" => null,
        var text when double.TryParse(text, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= most => number,
        var text => throw new SettingsException($"{name} is \"{text}\"; it must be a number above 0 and at most {most}."),
    };

    private static int Count(IConfiguration configuration, string name, int defaultCount) => configuration[name] switch
    {
        null or "" => defaultCount,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 => count,
        var text => throw new SettingsException($"{name} is \"{text}\"; it must be an integer above 0."),
    };

    private static string DefaultDataDirectory => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "aurora");

    private static int Port(IConfiguration configuration, string name, int defaultPort) => configuration[name] switch
    {
        null or "" => defaultPort,
        var text when int.TryParse(text, out var port) && port is > 0 and < 65536 => port,
        var text => throw new SettingsException($"{name} is \"{text}\"; it must be a port from 1 to 65535."),
    };

    private static bool Flag(IConfiguration configuration, string name, bool defaultValue) => configuration[name] switch
    {
        null or "" => defaultValue,
        var text when bool.TryParse(text, out var flag) => flag,
        var text => throw new SettingsException($"{name} is \"{text}\"; it must be true or false."),
    };

    private static IPAddress Resolve(string host)
    {
        try
        {
            return IPAddress.TryParse(host, out var address)
                ? address
                : Dns.GetHostAddresses(host, AddressFamily.InterNetwork)[0];
        }
        catch (SocketException e)
        {
            throw new SettingsException($"AURORA_ADVERTISED_HOST is \"{host}\", which does not resolve: {e.Message}");
        }
    }
}

/// <summary>A setting that the process cannot start with; the message is the one line that a person needs.</summary>
internal sealed class SettingsException(string message) : Exception(message);
