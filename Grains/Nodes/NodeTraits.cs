using System.Text.Json;
using Aurora.Grains.Hooks;
using Aurora.Grains.Interfaces;
using Aurora.Scheduling.Model;

namespace Aurora.Grains.Nodes;

/// <summary>What the announced facts say of a machine beside its GPUs. Any client may announce anything: what is not of the right kind counts as not said.</summary>
internal sealed record NodeTraits(HostShare Host, LabelSet Labels, NodePrice Price, string[] Pools)
{
    // The longest host name (RFC 1035, 2.3.4).
    private const int AddressMax = 255;

    /// <summary>The value of its label for the program that wakes nodes; null for a node that is never woken.</summary>
    public string? WakeAddress => Labels.All
        .Where(label => label.StartsWith(NodeHookOptions.WakeLabel + "=", StringComparison.Ordinal))
        .Select(label => label[(NodeHookOptions.WakeLabel.Length + 1)..])
        .FirstOrDefault();

    /// <summary>How its GPUs are linked; null for a node that does not tell.</summary>
    public GpuLinks? Links { get; private init; }

    /// <summary>The host name or address under which other nodes reach it; null for a node that does not tell.</summary>
    public string? Address { get; private init; }

    private static readonly NodeTraits Silent = new(HostShare.Unknown, LabelSet.None, default, [MeshConstants.DefaultPool]);

    public static NodeTraits Parse(string facts)
    {
        try
        {
            using var document = JsonDocument.Parse(facts);
            return document.RootElement.ValueKind is JsonValueKind.Object ? From(document.RootElement) : Silent;
        }
        catch (JsonException)
        {
            return Silent;
        }
    }

    private static NodeTraits From(JsonElement facts) => new(
        new HostShare(
            facts.TryGetProperty("cpu_cores", out var cores) && cores.ValueKind is JsonValueKind.Number && cores.TryGetDouble(out var count) && count is > 0 and < 1e6
                ? (long)(count * 1_000)
                : HostShare.Unknown.CpuMilli,
            facts.TryGetProperty("memory_bytes", out var memory) && memory.ValueKind is JsonValueKind.Number && memory.TryGetInt64(out var bytes) && bytes > 0
                ? bytes
                : HostShare.Unknown.MemoryBytes),
        facts.TryGetProperty("labels", out var labels) && labels.ValueKind is JsonValueKind.Object
            ? LabelSet.Of(labels.EnumerateObject()
                .Where(label => label.Value.ValueKind is JsonValueKind.String)
                .Select(label => KeyValuePair.Create(label.Name, label.Value.GetString()!))
                .Where(label => !label.Key.Contains('=') && !label.Key.Any(char.IsControl) && !label.Value.Any(char.IsControl)))
            : LabelSet.None,
        facts.TryGetProperty("price", out var price) && price.ValueKind is JsonValueKind.Object ? PriceOf(price) : default,
        facts.TryGetProperty("pools", out var pools) && pools.ValueKind is JsonValueKind.Array ? PoolsOf(pools) : Silent.Pools)
    {
        Links = facts.TryGetProperty("gpu_links", out var links) && links.ValueKind is JsonValueKind.Array && links.GetArrayLength() <= GpuLinks.GpusMax
            ? GpuLinks.Of([.. links.EnumerateArray().Select(NamesIn)])
            : null,
        Address = facts.TryGetProperty("address", out var address) && address.ValueKind is JsonValueKind.String && address.GetString() is { Length: > 0 and <= AddressMax } told
            && !told.Any(character => char.IsControl(character) || char.IsWhiteSpace(character) || character == ',')
                ? told
                : null,
    };

    private static string?[] NamesIn(JsonElement row) =>
        row.ValueKind is JsonValueKind.Array
            ? [.. row.EnumerateArray().Select(name => name.ValueKind is JsonValueKind.String ? name.GetString() : null)]
            : [];

    private static string[] PoolsOf(JsonElement pools)
    {
        string[] named =
        [
            .. pools.EnumerateArray().Where(pool => pool.ValueKind is JsonValueKind.String).Select(pool => pool.GetString()!)
                .Where(PoolName.IsValid).Distinct(StringComparer.Ordinal).Take(PoolName.PerNodeMax),
        ];
        return named.Length > 0 ? named : Silent.Pools;
    }

    private static NodePrice PriceOf(JsonElement price) => new(
        price.TryGetProperty("tenure", out var tenure) && tenure.ValueKind is JsonValueKind.String
            ? NodeTenures.Parse(tenure.GetString())
            : NodeTenure.Owned,
        AmountOf(price, "per_hour") ?? 0)
    {
        OnDemandPerHour = AmountOf(price, "on_demand_per_hour"),
        InterruptionsPerHour = AmountOf(price, "interruptions_per_hour") ?? 0,
    };

    private static double? AmountOf(JsonElement price, string name) =>
        price.TryGetProperty(name, out var told) && told.ValueKind is JsonValueKind.Number && told.TryGetDouble(out var amount)
            ? Math.Clamp(amount, 0, 1e6)
            : null;
}
