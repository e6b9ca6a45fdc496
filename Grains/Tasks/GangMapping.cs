using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Scheduling.Lifecycle;
using Aurora.Scheduling.Model;
using Aurora.Storage;

namespace Aurora.Grains.Tasks;

/// <summary>What is said of and by the members of a gang, between the wire, the core and the store.</summary>
internal static class GangMapping
{
    // Above the ports that services have names for, and below those that Linux gives to clients.
    private const int FirstPort = 20_000;
    private const int Ports = 10_000;

    /// <summary>Where the members of an attempt meet: the same for all of them, another for the next attempt.</summary>
    public static int PortOf(string taskId, int attempt)
    {
        // FNV-1a, since the hash of a string differs from process to process.
        var hash = 2_166_136_261;
        foreach (var character in taskId)
        {
            hash = (hash ^ character) * 16_777_619;
        }

        return FirstPort + (int)((hash + ((uint)attempt * 7_919)) % Ports);
    }

    /// <param name="placement">A gang's placement.</param>
    /// <param name="nodeId">The member's node.</param>
    /// <param name="addressOf">How others reach a node.</param>
    public static GangAssignment ToGang(this Placement placement, string nodeId, Func<string, string> addressOf) => new(
        placement.Gang!.Select((member, rank) => (member, rank)).First(each => each.member.NodeId == nodeId).rank,
        [.. placement.Gang!.Select(member => new GangPeer(member.NodeId, addressOf(member.NodeId)))],
        PortOf(placement.Task.TaskId, placement.Attempt));

    /// <summary>The rank of the node's part of the current attempt; null where it has none, or it ended.</summary>
    public static int? RankOf(this TaskRow row, string nodeId)
    {
        for (var rank = 0; rank < row.Members?.Count; rank++)
        {
            if (row.Members[rank].NodeId == nodeId)
            {
                return row.Members[rank].HasEnded ? null : rank;
            }
        }

        return null;
    }

    /// <summary>Whether the node has a part of the row's attempt, be it the whole or a gang's.</summary>
    public static bool IsOn(this TaskRow row, string nodeId) => row.Members is null ? row.NodeId == nodeId : row.RankOf(nodeId) is not null;

    /// <summary>The members; empty for a task of one node, and while it waits.</summary>
    public static GangMemberView[] ToMembers(this TaskRow row) =>
        row.Members is null || row.Phase == TaskPhase.Queued ? [] : row.Members.ToViews();

    public static GangMemberView[] ToViews(this IReadOnlyList<GangMember>? members) =>
        members is null ? [] : [.. members.Select(member => new GangMemberView(member.NodeId, [.. member.Gpus], member.HasEnded))];

    /// <summary>
    /// What a member's report means for the task's row: its start counts when it is rank 0's, its end is its own, and its failure is the
    /// attempt's. Null where there is nothing to write: of a member that leaves only rank 0's checkpoint matters.
    /// </summary>
    /// <param name="report">What the node says.</param>
    /// <param name="member">Which member it is, and where.</param>
    /// <param name="leavesFor">For what the gang was asked to leave; null for one that stays.</param>
    /// <param name="now">The time of the report.</param>
    /// <param name="single">What it would mean of a task of one node that was on the node of rank 0.</param>
    public static TaskOperation? ToMemberOperation(
        this AttemptReport report, GangSeat member, string? leavesFor, DateTimeOffset now, Func<AttemptReport, TaskOperation> single)
    {
        // Who is asked to leave while its peers go ends as it can.
        var leaves = report.Kind == AttemptReportKind.Preempted || (report.Kind == AttemptReportKind.Failed && leavesFor is not null);
        return report.Kind switch
        {
            AttemptReportKind.Completed => new TaskOperation.EndMember(
                report.TaskId, member.Attempt, member.Rank, now - (report.StartedAgo < TimeSpan.Zero ? TimeSpan.Zero : report.StartedAgo), now,
                member.Rank == 0 ? report.Result ?? "null" : null),
            _ when member.Rank > 0 && (leaves || report.Kind == AttemptReportKind.Started) => null,
            _ when leaves => single(report with { Kind = AttemptReportKind.Preempted, PreemptedFor = report.PreemptedFor ?? leavesFor }),
            AttemptReportKind.Failed => single(report with
            {
                Error = $"member {member.Rank} of {member.Size} on {member.NodeId}: {report.Error ?? "the node gave no reason"}",
            }),
            _ => single(report),
        };
    }
}

/// <summary>A member of a gang's attempt.</summary>
internal readonly record struct GangSeat(int Attempt, int Rank, int Size, string NodeId);
