using Aurora.Grains.Interfaces;
using Aurora.Scheduling.Planning;

namespace Aurora.Silo;

/// <summary>Reads <c>AURORA_PLACEMENT_PROFILE</c>: a profile for the mesh, and others for single pools, such as <c>balanced,train:pack</c>.</summary>
internal static class PlacementProfiles
{
    private const string Rule = "it must be balanced, pack or cost, and for single pools POOL:PROFILE, such as balanced,train:pack";

    /// <exception cref="SettingsException">The text cannot be meant.</exception>
    public static (PlacementProfile Mesh, IReadOnlyDictionary<string, PlacementProfile> Pools) Parse(string? text)
    {
        PlacementProfile? mesh = null;
        var pools = new Dictionary<string, PlacementProfile>(StringComparer.Ordinal);
        foreach (var entry in text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            var colon = entry.IndexOf(':', StringComparison.Ordinal);
            var profile = Named(entry[(colon + 1)..].Trim()) ?? throw Refuse(text);
            if (colon < 0 ? mesh is not null : !PoolName.IsValid(entry[..colon].Trim()) || !pools.TryAdd(entry[..colon].Trim(), profile))
            {
                throw Refuse(text);
            }

            mesh = colon < 0 ? profile : mesh;
        }

        return (mesh ?? PlacementProfile.Balanced, pools);
    }

    private static PlacementProfile? Named(string text) => text.ToLowerInvariant() switch
    {
        "balanced" => PlacementProfile.Balanced,
        "pack" => PlacementProfile.Pack,
        "cost" => PlacementProfile.Cost,
        _ => null,
    };

    private static SettingsException Refuse(string? text) => new($"AURORA_PLACEMENT_PROFILE is \"{text}\"; {Rule}.");
}
