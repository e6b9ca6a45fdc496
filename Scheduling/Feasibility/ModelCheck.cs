using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Planning;

namespace Aurora.Scheduling.Feasibility;

/// <summary>The node's inference servers have the model.</summary>
internal sealed class ModelCheck : IFeasibilityCheck
{
    public Refusal? Check(TaskShape shape, TrackedNode node) =>
        shape.Model is { } model && node.Facts.Models is { } models && node.Facts.TaskTypes.Contains(shape.TaskType) && !models.Available.Contains(model)
            ? Refusals.ModelNotAvailable(model, models.Available)
            : null;
}
