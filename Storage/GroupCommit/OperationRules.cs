using Aurora.Scheduling.Lifecycle;
using Aurora.Scheduling.Model;

namespace Aurora.Storage.GroupCommit;

/// <summary>What an operation must be before it is queued: a mistake of one caller is answered at once and never reaches a group.</summary>
internal static class OperationRules
{
    public static void Require(TaskOperation operation)
    {
        StoredText.RequireId(operation.TaskId, "task id");
        switch (operation)
        {
            case TaskOperation.Insert insert:
                Require(insert.Row.Phase is TaskPhase.Queued or TaskPhase.Assigned, "A task is inserted queued or assigned.");
                Require(insert.Row.Retry.MaxAttempts >= 1, "A task has at least one attempt.");
                Require(insert.Row.Priority is >= 0 and <= 10, "A priority is 0 to 10.");
                Require(insert.Row.Phase == TaskPhase.Queued || insert.Row.NodeId is not null, "An assigned task has a node.");
                break;
            case TaskOperation.Assign assign:
                StoredText.RequireId(assign.NodeId, "node id");
                break;
            case TaskOperation.AssignGang assign:
                Require(assign.Members.Count is >= 2 and <= TaskShape.NodesMax, $"A gang has 2 to {TaskShape.NodesMax} members.");
                Require(assign.Members.Select(member => member.NodeId).Distinct(StringComparer.Ordinal).Count() == assign.Members.Count, "The members of a gang are on different nodes.");
                foreach (var member in assign.Members)
                {
                    StoredText.RequireId(member.NodeId, "node id");
                }

                break;
            case TaskOperation.EndMember end:
                Require(end.Rank is >= 0 and < TaskShape.NodesMax, $"A rank is 0 to {TaskShape.NodesMax - 1}.");
                break;
            case TaskOperation.Requeue requeue:
                StoredText.RequireId(requeue.NodeId, "node id");
                break;
            case TaskOperation.Finish finish:
                Require(finish.Phase is TaskPhase.Completed or TaskPhase.Failed, "A task finishes as completed or failed.");
                break;
        }

        void Require(bool holds, string rule)
        {
            if (!holds)
            {
                throw new ArgumentException($"{rule} Task {operation.TaskId} breaks this rule.", nameof(operation));
            }
        }
    }
}
