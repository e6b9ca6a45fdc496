using System.Text;
using System.Text.Json;
using Aurora.Grains.Interfaces;

namespace Aurora.Submissions;

/// <summary>Reads the <c>requirements</c> object: the members that placement knows are judged, the rest is the executor's.</summary>
internal static class RequirementsParser
{
    private const double MemoryGbMax = 100_000;
    private const double CpuCoresMax = 100_000;
    private const int GpuCountMax = 1024;
    private const int NodesMax = 64;
    private const int TextLengthMax = 128;
    private const int AnyOfMax = 8;
    private const int LabelsMax = 16;
    private const int SpeedsMax = 16;
    private const double SpeedMax = 1000;

    private const KnownMember OfGpus = KnownMember.MemoryGb | KnownMember.GpuCount | KnownMember.GpuType;

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
        var (needs, seen) = ParseObject(ref reader, "requirements", isAlternative: false, ref errors);
        if ((seen & KnownMember.AnyOf) != 0 && (seen & OfGpus) != 0)
        {
            errors.Add("requirements.any_of", "stands in the place of memory_gb, gpu_count and gpu_type: name them in its elements only");
        }

        return needs with { Json = Encoding.UTF8.GetString(utf8[start..(int)reader.BytesConsumed]) };
    }

    private static (Requirements Needs, KnownMember Seen) ParseObject(ref Utf8JsonReader reader, string path, bool isAlternative, ref FieldErrors errors)
    {
        var needs = Absent;
        var seen = KnownMember.None;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var member = KnownMembers.OfRequirements(ref reader);
            if (member is not KnownMember.None && (seen & member) != 0)
            {
                errors.Add($"{path}.{reader.GetString()}", "appears twice");
            }

            seen |= member;
            var isKnown = member is not KnownMember.None && (!isAlternative || (OfGpus & member) != 0);
            var field = isKnown ? "" : UserText.Name(ref reader, path, ref errors);
            if (isAlternative && !isKnown)
            {
                errors.Add($"{path}.{field}", "is not one of memory_gb, gpu_count and gpu_type");
            }

            reader.Read();
            if (reader.TokenType is JsonTokenType.Null)
            {
                seen &= ~member;
            }
            else if (isKnown)
            {
                needs = Read(ref reader, member, path, needs, ref errors);
            }
            else
            {
                UserText.Skip(ref reader, $"{path}.{field}", ref errors);
            }
        }

        return (needs, seen);
    }

    private static Requirements Read(ref Utf8JsonReader reader, KnownMember member, string path, Requirements needs, ref FieldErrors errors)
    {
        switch (member)
        {
            case KnownMember.MemoryGb:
                return needs with { MemoryBytes = (long)Math.Ceiling(ReadNumber(ref reader, path + ".memory_gb", MemoryGbMax, ref errors) * MeshConstants.BytesPerGb) };
            case KnownMember.GpuCount:
                return needs with { GpuCount = ReadGpuCount(ref reader, path, ref errors) };
            case KnownMember.Nodes:
                return needs with { Nodes = ReadNodes(ref reader, path, ref errors) };
            case KnownMember.GpuType:
                return needs with { GpuType = ReadText(ref reader, path + ".gpu_type", ref errors) };
            case KnownMember.CpuCores:
                ReadNumber(ref reader, path + ".cpu_cores", CpuCoresMax, ref errors);
                return needs;
            case KnownMember.HostMemoryGb:
                ReadNumber(ref reader, path + ".host_memory_gb", MemoryGbMax, ref errors);
                return needs;
            case KnownMember.AntiAffinity:
                ReadText(ref reader, path + ".anti_affinity", ref errors);
                return needs;
            case KnownMember.NodeLabels:
                ReadLabels(ref reader, path + ".node_labels", ref errors);
                return needs;
            case KnownMember.Pool:
                return needs with { Pool = PoolReading.Read(ref reader, path + ".pool", ref errors) };
            case KnownMember.Preferences:
                ReadPreferences(ref reader, path + ".preferences", ref errors);
                return needs;
            case KnownMember.PlacementProfile:
                ReadProfile(ref reader, path + ".placement_profile", ref errors);
                return needs;
            case KnownMember.GpuSpeeds:
                ReadSpeeds(ref reader, path + ".gpu_speeds", ref errors);
                return needs;
            default:
                return ReadAnyOf(ref reader, path + ".any_of", ref errors) is { } first
                    ? needs with { GpuCount = first.GpuCount ?? 1, MemoryBytes = first.MemoryBytes, GpuType = first.GpuType }
                    : needs;
        }
    }

    /// <summary>The first alternative: what counts where one is asked for.</summary>
    private static Requirements? ReadAnyOf(ref Utf8JsonReader reader, string path, ref FieldErrors errors)
    {
        Requirements? first = null;
        var count = 0;
        var isArray = reader.TokenType is JsonTokenType.StartArray;
        var isRefused = !isArray;
        while (isArray && reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            if (reader.TokenType is JsonTokenType.StartObject)
            {
                var (needs, _) = ParseObject(ref reader, $"{path}[{count}]", isAlternative: true, ref errors);
                first ??= needs;
            }
            else
            {
                isRefused = true;
                reader.Skip();
            }

            count++;
        }

        if (isRefused || count is 0 or > AnyOfMax)
        {
            errors.Add(path, $"must be an array of 1 to {AnyOfMax} objects, each with memory_gb, gpu_count or gpu_type");
        }

        if (!isArray)
        {
            reader.Skip();
        }

        return first;
    }

    private static void ReadPreferences(ref Utf8JsonReader reader, string path, ref FieldErrors errors)
    {
        if (reader.TokenType is not JsonTokenType.StartObject)
        {
            errors.Add(path, "must be an object with gpu_type or node_labels");
            reader.Skip();
            return;
        }

        var seen = KnownMember.None;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var member = KnownMembers.OfRequirements(ref reader);
            var field = UserText.Name(ref reader, path, ref errors);
            if (member is KnownMember.GpuType or KnownMember.NodeLabels && (seen & member) != 0)
            {
                errors.Add($"{path}.{field}", "appears twice");
            }

            seen |= member;
            reader.Read();
            switch (member)
            {
                case KnownMember.GpuType or KnownMember.NodeLabels when reader.TokenType is JsonTokenType.Null:
                    break;
                case KnownMember.GpuType:
                    ReadText(ref reader, path + ".gpu_type", ref errors);
                    break;
                case KnownMember.NodeLabels:
                    ReadLabels(ref reader, path + ".node_labels", ref errors);
                    break;
                default:
                    errors.Add($"{path}.{field}", "is not one of gpu_type and node_labels");
                    reader.Skip();
                    break;
            }
        }
    }

    private static void ReadLabels(ref Utf8JsonReader reader, string path, ref FieldErrors errors)
    {
        var count = 0;
        var isObject = reader.TokenType is JsonTokenType.StartObject;
        var isRefused = !isObject;
        while (isObject && reader.Read() && reader.TokenType is not JsonTokenType.EndObject)
        {
            isRefused |= !UserText.TryGet(ref reader, out var key) || !IsLabelText(key) || key.Length == 0 || key.Contains('=');
            reader.Read();
            isRefused |= reader.TokenType is not JsonTokenType.String || !UserText.TryGet(ref reader, out var value) || !IsLabelText(value);
            reader.Skip();
            count++;
        }

        if (isRefused || count > LabelsMax)
        {
            errors.Add(path, $"must be an object of at most {LabelsMax} strings; keys and values have at most {TextLengthMax} characters, none of them a control character, and keys have no '='");
        }

        if (!isObject)
        {
            reader.Skip();
        }
    }

    private static void ReadProfile(ref Utf8JsonReader reader, string path, ref FieldErrors errors)
    {
        if (reader.TokenType is not JsonTokenType.String
            || !UserText.TryGet(ref reader, out var profile)
            || profile is not ("balanced" or "pack" or "cost"))
        {
            errors.Add(path, "must be balanced, pack or cost");
            reader.Skip();
        }
    }

    private static void ReadSpeeds(ref Utf8JsonReader reader, string path, ref FieldErrors errors)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var isObject = reader.TokenType is JsonTokenType.StartObject;
        var isRefused = !isObject;
        while (isObject && reader.Read() && reader.TokenType is not JsonTokenType.EndObject)
        {
            isRefused |= !UserText.TryGet(ref reader, out var type) || string.IsNullOrWhiteSpace(type) || type.Length > TextLengthMax || !seen.Add(type);
            reader.Read();
            isRefused |= reader.TokenType is not JsonTokenType.Number || !reader.TryGetDouble(out var speed) || !(speed > 0 && speed <= SpeedMax);
            reader.Skip();
        }

        if (isRefused || seen.Count is 0 or > SpeedsMax)
        {
            errors.Add(path, $"must be an object of 1 to {SpeedsMax} GPU types, each once, with numbers above 0 and at most {SpeedMax}");
        }

        if (!isObject)
        {
            reader.Skip();
        }
    }

    private static bool IsLabelText(string text) => text.Length <= TextLengthMax && !text.Any(char.IsControl);

    private static double ReadNumber(ref Utf8JsonReader reader, string path, double max, ref FieldErrors errors)
    {
        // A literal such as 1e999 reads as infinity, which the upper bound refuses.
        if (reader.TokenType is JsonTokenType.Number && reader.TryGetDouble(out var number) && number >= 0 && number <= max)
        {
            return number;
        }

        errors.Add(path, $"must be a number from 0 to {max}");
        reader.Skip();
        return 0;
    }

    private static int? ReadGpuCount(ref Utf8JsonReader reader, string path, ref FieldErrors errors)
    {
        if (reader.TokenType is JsonTokenType.Number && reader.TryGetInt32(out var count) && count is >= 0 and <= GpuCountMax)
        {
            return count;
        }

        errors.Add(path + ".gpu_count", $"must be an integer from 0 to {GpuCountMax}");
        reader.Skip();
        return null;
    }

    private static int ReadNodes(ref Utf8JsonReader reader, string path, ref FieldErrors errors)
    {
        if (reader.TokenType is JsonTokenType.Number && reader.TryGetInt32(out var count) && count is >= 1 and <= NodesMax)
        {
            return count;
        }

        errors.Add(path + ".nodes", $"must be an integer from 1 to {NodesMax}");
        reader.Skip();
        return 1;
    }

    private static string? ReadText(ref Utf8JsonReader reader, string path, ref FieldErrors errors)
    {
        if (reader.TokenType is JsonTokenType.String
            && UserText.TryGet(ref reader, out var text)
            && text.Length <= TextLengthMax
            && !string.IsNullOrWhiteSpace(text))
        {
            return text;
        }

        errors.Add(path, $"must be a non-empty string of at most {TextLengthMax} characters");
        reader.Skip();
        return null;
    }
}

/// <summary>What a task needs of a node.</summary>
/// <param name="GpuCount">Null when the body leaves it to the task type.</param>
/// <param name="Json">The object exactly as it was sent.</param>
internal sealed record Requirements(int? GpuCount, long MemoryBytes, string? GpuType, string Json)
{
    /// <summary>The pool that it names; null for none.</summary>
    public string? Pool { get; init; }

    /// <summary>Different nodes that it needs at once.</summary>
    public int Nodes { get; init; } = 1;
}
