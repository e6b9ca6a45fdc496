using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Tasks;
using Aurora.Storage;

namespace Aurora.Grains.Nodes;

/// <summary>This node's parts of gangs. What ends one member ends all of them: the scheduler stops the others.</summary>
internal sealed partial class NodeGrain
{
    /// <summary>What a member's report means for the row; null where it means nothing, and the member is gone if it said that it is.</summary>
    private TaskOperation? JudgeMember(AttemptReport report, AttemptAssignment order, string? leavesFor, DateTimeOffset now)
    {
        var gang = order.Gang!;
        var operation = report.ToMemberOperation(
            new GangSeat(order.Attempt, gang.Rank, gang.Members.Length, NodeId), leavesFor, now, said => Judge(said, order, now));
        if (operation is null && report.Kind != AttemptReportKind.Started)
        {
            var end = new AttemptEnd(order.Id, Completed: false, NodeId) { IsOfMember = true, Lead = gang.Members[0].NodeId };
            endedOutbox.Add(order.Pool, [end]);
            End(end);
        }

        return operation;
    }

    /// <summary>For what the attempt left, where it was requeued since it leaves; a member whose peers go may say that it failed.</summary>
    private string? WhyLeft(AttemptReport report, TaskOperation operation) =>
        report.PreemptedFor ?? (report.Kind == AttemptReportKind.Failed && operation is TaskOperation.Requeue && Find(report.TaskId) is { Assignment.Gang: not null } member
            ? member.LeavesFor
            : null);
}
