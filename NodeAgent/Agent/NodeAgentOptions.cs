using System.Globalization;
using Aurora.Grains.Interfaces;
using Microsoft.Extensions.Configuration;

namespace Aurora.NodeAgent.Agent;

/// <summary>What one agent process is told by its environment and command line.</summary>
internal sealed record NodeAgentOptions
{
    /// <summary><c>NODE_NAME</c>: this machine's name in the mesh. Default: the host name.</summary>
    public string NodeName { get; init; } = Environment.MachineName;

    /// <summary>
    /// <c>MESH_COORDINATOR_URL</c>: gateways of the mesh, with commas; ws, wss, http or https. Any of them will do. Default: http://127.0.0.1:8001.
    /// </summary>
    public IReadOnlyList<Uri> Coordinators { get; init; } = [new("http://127.0.0.1:8001")];

    /// <summary><c>AURORA_JOIN_TOKEN</c>: shown once when it was created. Default: none.</summary>
    public string? JoinToken { get; init; }

    /// <summary><c>AURORA_MAX_PARALLEL</c> or <c>--max-parallel</c>: attempts run at once, 1 to 100,000. Default: null, by cores and GPUs.</summary>
    public int? MaxParallel { get; init; }

    /// <summary>
    /// <c>AURORA_LABELS</c> or <c>--labels</c>: what tasks may ask for in <c>requirements.node_labels</c>, as <c>zone=lab,tier=fast</c>. Default: none. Every node
    /// carries <c>os</c> and <c>arch</c> as well.
    /// </summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// <c>AURORA_NODE_ADDRESS</c>: the host name or address under which other nodes reach this machine, for tasks of several nodes. Default: the host name.
    /// </summary>
    public string Address { get; init; } = Environment.MachineName;

    /// <summary><c>AURORA_POOLS</c> or <c>--pools</c>: the pools that this machine serves, such as <c>default,train</c>. Default: default.</summary>
    public IReadOnlyList<string> Pools { get; init; } = [MeshConstants.DefaultPool];

    /// <summary><c>AURORA_TENURE</c>: owned, on-demand or spot. Default: owned.</summary>
    public string Tenure { get; init; } = "owned";

    /// <summary>
    /// Money for one hour of this machine: <c>AURORA_PRICE_PER_HOUR</c>, or <c>AURORA_WATTS</c> / 1000 times <c>AURORA_PRICE_PER_KWH</c>. Default: null, it does not tell.
    /// </summary>
    public double? PricePerHour { get; init; }

    /// <summary><c>AURORA_INTERRUPTIONS_PER_HOUR</c>: how often such a machine is taken away. Default: null, it does not tell.</summary>
    public double? InterruptionsPerHour { get; init; }

    /// <summary><c>AURORA_ON_DEMAND_PRICE_PER_HOUR</c>: what such a machine costs to rent for one hour. Default: null, it does not tell.</summary>
    public double? OnDemandPricePerHour { get; init; }

    /// <summary><c>AURORA_TRANSPORT</c>: auto, orleans or websocket. Default: auto.</summary>
    public TransportChoice Transport { get; init; }

    /// <summary><c>--simulate N</c>: join N simulated nodes instead of this machine. Default: 0.</summary>
    public int Simulate { get; init; }

    /// <summary><c>--gpus</c>: GPU types of the simulated nodes in turn. Default: RTX 4090:24,A40:48,M3 Max:24.</summary>
    public IReadOnlyList<(string Type, double MemoryGb)> SimulatedGpus { get; init; } = [("RTX 4090", 24), ("A40", 48), ("M3 Max", 24)];

    /// <summary><c>--name-prefix</c>: names of simulated nodes are this and a number. Default: sim.</summary>
    public string NamePrefix { get; init; } = "sim";

    /// <exception cref="AgentSettingException">A setting cannot be meant; the message names it.</exception>
    public static NodeAgentOptions From(IConfiguration configuration)
    {
        var defaults = new NodeAgentOptions();
        return new NodeAgentOptions
        {
            NodeName = Text(configuration, "NODE_NAME") ?? defaults.NodeName,
            Coordinators = CoordinatorsOf(configuration) ?? defaults.Coordinators,
            JoinToken = Text(configuration, "AURORA_JOIN_TOKEN"),
            MaxParallel = Number(configuration, "max-parallel", 100_000) ?? Number(configuration, "AURORA_MAX_PARALLEL", 100_000),
            Labels = ParseLabels(Text(configuration, "labels") ?? Text(configuration, "AURORA_LABELS")),
            Pools = ParsePools(Text(configuration, "pools") ?? Text(configuration, "AURORA_POOLS")) ?? defaults.Pools,
            Address = AddressOf(configuration) ?? defaults.Address,
            Tenure = TenureOf(configuration),
            PricePerHour = PriceOf(configuration),
            InterruptionsPerHour = Amount(configuration, "AURORA_INTERRUPTIONS_PER_HOUR"),
            OnDemandPricePerHour = Amount(configuration, "AURORA_ON_DEMAND_PRICE_PER_HOUR"),
            Transport = TransportOf(configuration),
            Simulate = Number(configuration, "simulate", 10_000) ?? 0,
            SimulatedGpus = Text(configuration, "gpus") is { } gpus ? ParseGpus(gpus) : defaults.SimulatedGpus,
            NamePrefix = Text(configuration, "name-prefix") ?? defaults.NamePrefix,
        };
    }

    private static string? Text(IConfiguration configuration, string name) =>
        configuration[name] is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    private static int? Number(IConfiguration configuration, string name, int max) => Text(configuration, name) switch
    {
        null => null,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= max => number,
        var text => throw new AgentSettingException($"{name} is \"{text}\"; it must be an integer from 1 to {max}."),
    };

    private static List<Uri>? CoordinatorsOf(IConfiguration configuration) => Text(configuration, "MESH_COORDINATOR_URL") is { } text
        ? [.. text.Split(',', StringSplitOptions.TrimEntries).Select(CoordinatorOf)]
        : null;

    private static Uri CoordinatorOf(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "ws" or "wss" or "http" or "https"
        ? uri
        : throw new AgentSettingException(
            $"MESH_COORDINATOR_URL has \"{text}\"; it must be a ws://, wss://, http:// or https:// address such as ws://10.0.0.1:8001, or several with commas.");

    private static Dictionary<string, string> ParseLabels(string? text)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || part.Any(char.IsControl) || part.Length > 256)
            {
                throw new AgentSettingException($"AURORA_LABELS has \"{part}\"; each entry must be key=value, such as zone=lab.");
            }

            labels[part[..equals].Trim()] = part[(equals + 1)..].Trim();
        }

        return labels;
    }

    private static string[]? ParsePools(string? text)
    {
        string[]? pools = text is null ? null : [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];
        return pools is null || (pools.Length is > 0 and <= PoolName.PerNodeMax && pools.All(PoolName.IsValid))
            ? pools
            : throw new AgentSettingException($"AURORA_POOLS is \"{text}\"; it must be 1 to {PoolName.PerNodeMax} names with commas, each {PoolName.Rule}.");
    }

    private static string? AddressOf(IConfiguration configuration) => Text(configuration, "AURORA_NODE_ADDRESS") switch
    {
        null => null,
        var text when text.Length <= 255 && !text.Any(character => char.IsControl(character) || char.IsWhiteSpace(character) || character == ',') => text,
        var text => throw new AgentSettingException($"AURORA_NODE_ADDRESS is \"{text}\"; it must be one host name or address of at most 255 characters."),
    };

    private static string TenureOf(IConfiguration configuration) => Text(configuration, "AURORA_TENURE")?.ToLowerInvariant() switch
    {
        null => "owned",
        ("owned" or "on-demand" or "spot") and var tenure => tenure,
        var text => throw new AgentSettingException($"AURORA_TENURE is \"{text}\"; it must be owned, on-demand or spot."),
    };

    private static double? PriceOf(IConfiguration configuration) =>
        Amount(configuration, "AURORA_PRICE_PER_HOUR")
        ?? (Amount(configuration, "AURORA_WATTS") / 1_000 * Amount(configuration, "AURORA_PRICE_PER_KWH"));

    private static double? Amount(IConfiguration configuration, string name) => Text(configuration, name) switch
    {
        null => null,
        var text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount) && amount is >= 0 and <= 1e6 => amount,
        var text => throw new AgentSettingException($"{name} is \"{text}\"; it must be a number from 0 to 1000000."),
    };

    private static TransportChoice TransportOf(IConfiguration configuration) =>
        Text(configuration, "AURORA_TRANSPORT")?.ToLowerInvariant() switch
        {
            null or "auto" => TransportChoice.Auto,
            "orleans" => TransportChoice.Orleans,
            "websocket" => TransportChoice.WebSocket,
            var text => throw new AgentSettingException($"AURORA_TRANSPORT is \"{text}\"; it must be auto, orleans or websocket."),
        };

    private static List<(string Type, double MemoryGb)> ParseGpus(string text)
    {
        var gpus = new List<(string, double)>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = part.LastIndexOf(':');
            if (colon < 1 || !double.TryParse(part[(colon + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var gb) || gb is not (> 0 and < 10_000))
            {
                throw new AgentSettingException($"--gpus has \"{part}\"; each entry must be TYPE:GB, such as \"RTX 4090:24\".");
            }

            gpus.Add((part[..colon].Trim(), gb));
        }

        return gpus.Count > 0 ? gpus : throw new AgentSettingException("--gpus is empty; it must name one or more TYPE:GB.");
    }
}

/// <summary>How an agent reaches the mesh.</summary>
internal enum TransportChoice
{
    /// <summary>Orleans when a gateway of the bootstrap can be reached, else WebSocket.</summary>
    Auto,
    Orleans,
    WebSocket,
}

/// <summary>A setting that the agent cannot start with; the message is the one line that a person needs.</summary>
public sealed class AgentSettingException(string message) : Exception(message);
