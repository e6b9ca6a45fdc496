using System.Text.Json;
using Aurora.Grains.Interfaces;

namespace Aurora.Submissions;

/// <summary>Reads the name of a pool. Whether there is such a pool is not judged here: that needs the mesh.</summary>
internal static class PoolReading
{
    /// <summary>The name that the reader stands on; null for none.</summary>
    public static string? Read(ref Utf8JsonReader reader, string field, ref FieldErrors errors)
    {
        if (reader.TokenType is JsonTokenType.Null)
        {
            return null;
        }

        if (reader.TokenType is JsonTokenType.String && UserText.TryGet(ref reader, out var name) && PoolName.IsValid(name))
        {
            return name;
        }

        errors.Add(field, $"must be the name of a pool: {PoolName.Rule}");
        reader.Skip();
        return null;
    }
}
