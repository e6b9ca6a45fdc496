using Aurora.Grains.Interfaces;
using Aurora.Scheduling.Planning;

namespace Aurora.Silo;

/// <summary>Reads a profile for the mesh, and others for single pools, such as <c>balanced,train:pack</c>.</summary>
internal static class ProfileSettings
{
    private static readonly Dictionary<string, PlacementProfile> Placements = new(StringComparer.OrdinalIgnoreCase)
    {
        ["balanced"] = PlacementProfile.Balanced,
        ["pack"] = PlacementProfile.Pack,
        ["cost"] = PlacementProfile.Cost,
    };

    private static readonly Dictionary<string, QueueProfile> Queues = new(StringComparer.OrdinalIgnoreCase)
    {
        ["fair"] = QueueProfile.Fair,
        ["priority"] = QueueProfile.Priority,
        ["least-attained"] = QueueProfile.LeastAttained,
    };

    /// <summary><c>AURORA_PLACEMENT_PROFILE</c>.</summary>
    /// <exception cref="SettingsException">The text cannot be meant.</exception>
    public static (PlacementProfile Mesh, IReadOnlyDictionary<string, PlacementProfile> Pools) Placement(IConfiguration configuration) => Parse(
        configuration, "AURORA_PLACEMENT_PROFILE", Placements, PlacementProfile.Balanced, "balanced, pack or cost, and for single pools POOL:PROFILE, such as balanced,train:pack");

    /// <summary><c>AURORA_QUEUE_PROFILE</c>.</summary>
    /// <exception cref="SettingsException">The text cannot be meant.</exception>
    public static (QueueProfile Mesh, IReadOnlyDictionary<string, QueueProfile> Pools) Queue(IConfiguration configuration) => Parse(
        configuration, "AURORA_QUEUE_PROFILE", Queues, QueueProfile.Fair, "fair, priority or least-attained, and for single pools POOL:PROFILE, such as fair,train:least-attained");

    private static (T Mesh, IReadOnlyDictionary<string, T> Pools) Parse<T>(
        IConfiguration configuration, string variable, Dictionary<string, T> known, T usual, string must)
        where T : struct, Enum
    {
        T? mesh = null;
        var pools = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var entry in configuration[variable]?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            var colon = entry.IndexOf(':', StringComparison.Ordinal);
            if (!known.TryGetValue(entry[(colon + 1)..].Trim(), out var profile)
                || (colon < 0 ? mesh is not null : !PoolName.IsValid(entry[..colon].Trim()) || !pools.TryAdd(entry[..colon].Trim(), profile)))
            {
                throw new SettingsException($"{variable} is \"{configuration[variable]}\"; it must be {must}.");
            }

            mesh = colon < 0 ? profile : mesh;
        }

        return (mesh ?? usual, pools);
    }
}
