using System.Text;
using System.Text.Json;
using Aurora.Grains.Interfaces;

namespace Aurora.GatewayApi.Submissions;

/// <summary>Reads the <c>requirements</c> object: three members are judged, the rest is the executor's.</summary>
internal static class RequirementsParser
{
    private const double MemoryGbMax = 100_000;
    private const int GpuCountMax = 1024;
    private const int GpuTypeLengthMax = 128;

    /// <summary>What is needed when the body does not say.</summary>
    public static Requirements Absent { get; } = new(null, 0, null, "{}");

    /// <summary>Reads the value that the reader stands on; null counts as absent.</summary>
    public static Requirements Parse(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8, ref FieldErrors errors)
    {
        if (reader.TokenType is not JsonTokenType.StartObject)
        {
            if (reader.TokenType is not JsonTokenType.Null)
            {
                errors.Add("requirements", "must be a JSON object");
                reader.Skip();
            }

            return Absent;
        }

        var start = (int)reader.TokenStartIndex;
        var needs = Absent;
        var seen = KnownMember.None;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var member = KnownMembers.OfRequirements(ref reader);
            if (member is not KnownMember.None && (seen & member) != 0)
            {
                errors.Add("requirements." + reader.GetString(), "appears twice");
            }

            seen |= member;
            var field = member is KnownMember.None ? UserText.Name(ref reader, "requirements", ref errors) : "";
            reader.Read();
            if (reader.TokenType is JsonTokenType.Null)
            {
                continue;
            }

            switch (member)
            {
                case KnownMember.MemoryGb:
                    needs = needs with { MemoryBytes = ReadMemory(ref reader, ref errors) };
                    break;
                case KnownMember.GpuCount:
                    needs = needs with { GpuCount = ReadGpuCount(ref reader, ref errors) };
                    break;
                case KnownMember.GpuType:
                    needs = needs with { GpuType = ReadGpuType(ref reader, ref errors) };
                    break;
                default:
                    UserText.Skip(ref reader, "requirements." + field, ref errors);
                    break;
            }
        }

        return needs with { Json = Encoding.UTF8.GetString(utf8[start..(int)reader.BytesConsumed]) };
    }

    private static long ReadMemory(ref Utf8JsonReader reader, ref FieldErrors errors)
    {
        // A literal such as 1e999 reads as infinity, which the upper bound refuses.
        if (reader.TokenType is JsonTokenType.Number && reader.TryGetDouble(out var gb) && gb is >= 0 and <= MemoryGbMax)
        {
            return (long)Math.Ceiling(gb * MeshConstants.BytesPerGb);
        }

        errors.Add("requirements.memory_gb", $"must be a number from 0 to {MemoryGbMax}");
        reader.Skip();
        return 0;
    }

    private static int? ReadGpuCount(ref Utf8JsonReader reader, ref FieldErrors errors)
    {
        if (reader.TokenType is JsonTokenType.Number && reader.TryGetInt32(out var count) && count is >= 0 and <= GpuCountMax)
        {
            return count;
        }

        errors.Add("requirements.gpu_count", $"must be an integer from 0 to {GpuCountMax}");
        reader.Skip();
        return null;
    }

    private static string? ReadGpuType(ref Utf8JsonReader reader, ref FieldErrors errors)
    {
        if (reader.TokenType is JsonTokenType.String
            && UserText.TryGet(ref reader, out var type)
            && type.Length <= GpuTypeLengthMax
            && !string.IsNullOrWhiteSpace(type))
        {
            return type;
        }

        errors.Add("requirements.gpu_type", $"must be a non-empty string of at most {GpuTypeLengthMax} characters");
        reader.Skip();
        return null;
    }
}

/// <summary>What a task needs of a node.</summary>
/// <param name="GpuCount">Null when the body leaves it to the task type.</param>
/// <param name="Json">The object exactly as it was sent.</param>
internal sealed record Requirements(int? GpuCount, long MemoryBytes, string? GpuType, string Json);
