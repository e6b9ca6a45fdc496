using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Planning;

namespace Aurora.Scheduling.Feasibility;

/// <summary>The node announces the task type.</summary>
internal sealed class TaskTypeCheck : IFeasibilityCheck
{
    public Refusal? Check(TaskShape shape, TrackedNode node) =>
        node.Facts.TaskTypes.Contains(shape.TaskType)
            ? null
            : Refusals.TaskTypeNotAnnounced(shape.TaskType, node.Facts.TaskTypes);
}
