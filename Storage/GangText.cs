using System.Text.Json;
using System.Text.Json.Serialization;
using Aurora.Scheduling.Model;

namespace Aurora.Storage;

/// <summary>The members of a gang in a column: JSON of who they are, and a bit for each rank that is still open.</summary>
internal static class GangText
{
    public static string Format(IReadOnlyList<GangMember> members) =>
        JsonSerializer.Serialize([.. members.Select(member => new StoredMember(member.NodeId, member.NodeEpoch, [.. member.Gpus]))], GangTextContext.Default.StoredMemberArray);

    /// <summary>The bits of a gang of which no member has ended.</summary>
    public static long AllOpen(int members) => members >= 64 ? -1 : (1L << members) - 1;

    public static long Bit(int rank) => 1L << rank;

    /// <summary>Null for a task that never had members.</summary>
    public static IReadOnlyList<GangMember>? Parse(string? text, long open) => text is null ? null :
    [
        .. JsonSerializer.Deserialize(text, GangTextContext.Default.StoredMemberArray)!.Select((member, rank) =>
            new GangMember(member.Node, member.Epoch, member.Gpus) { HasEnded = (open & Bit(rank)) == 0 }),
    ];
}

/// <summary>The JSON of the column: add members, never rename.</summary>
internal sealed record StoredMember(string Node, long Epoch, int[] Gpus);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StoredMember[]))]
internal sealed partial class GangTextContext : JsonSerializerContext;
