using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Groups;

/// <summary>How far tasks are that were submitted together.</summary>
/// <param name="Progress">The share of the tasks that have ended, 0 to 1.</param>
internal sealed record Group(
    string GroupId, long Total, long Queued, long Assigned, long Running, long Completed, long Failed, long Cancelled, double Progress)
{
    public static Group From(string groupId, GroupCounts counts) => new(
        groupId, counts.Total, counts.Queued, counts.Assigned, counts.Running, counts.Completed, counts.Failed, counts.Cancelled,
        Math.Round((double)counts.Ended / counts.Total, 4));
}

/// <summary>What became of a request to cancel the tasks of a group.</summary>
/// <param name="Cancelled">Tasks that had not ended and are cancelled now.</param>
internal sealed record GroupCancelled(long Cancelled);

/// <summary>What became of a request to try the failed tasks of a group again.</summary>
/// <param name="Retried">Tasks that are back in line.</param>
internal sealed record GroupRetried(long Retried);
