using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;
using NodeAnswer = Aurora.Client.Abstractions.Views.NodeExplanation;

namespace Aurora.Client;

/// <summary>The mesh between the grains' shapes and the library's: the same numbers that the HTTP surface shows.</summary>
internal static class MeshMapping
{
    public static MeshStatus Status(MeshView mesh)
    {
        var active = mesh.Nodes.Where(node => node.Status == "active").ToList();
        return new MeshStatus(
            Coordinator: null, active.Count, active.Sum(node => node.Gpus.Length), active.Sum(node => WholeGb(node.Gpus)),
            mesh.ActiveTasks, mesh.QueuedTasks, mesh.CompletedTasks);
    }

    public static MeshNode Node(NodeStatusView node) => new(
        node.Gpus.Length,
        node.Gpus.Length == 0 ? "CPU" : string.Join(", ", node.Gpus.Select(gpu => gpu.Type).Distinct(StringComparer.Ordinal)),
        WholeGb(node.Gpus), node.Status, node.ActiveTasks, node.CompletedTasks, node.LastSeen, node.Transport, node.CpuLoad, node.MaxParallel,
        node.TaskTypes, [.. node.Gpus.Select(gpu => Gpu(node, gpu))])
    {
        NodeId = node.NodeId,
    };

    public static TaskExplanation? View(ExplanationView? view) => view is null ? null : new TaskExplanation(
        view.TaskId, view.Status, view.Summary, view.QueuePosition, view.EffectivePriority, view.AssignedNode,
        view.Nodes.GroupBy(node => node.NodeId).ToDictionary(group => group.Key, group => Answer(group.First())))
    {
        ExpectedStart = view.ExpectedStart,
        ExpectedStartBasis = view.ExpectedStartBasis,
        SmallestChange = view.SmallestChange is { } change ? new RequirementChange(change.Field, change.Message) : null,
    };

    public static TaskPlan Plan(PlanView plan) =>
        new(plan.Status, plan.Node, plan.Gpus, plan.Summary, plan.SmallestChange is { } change ? new RequirementChange(change.Field, change.Message) : null)
        {
            Gang = plan.Members.Length == 0 ? null : [.. plan.Members.Select(member => new GangPart(member.NodeId, member.Gpus))],
        };

    public static MeshQueue Queue(QueueView queue) => new(queue.Queued, [.. queue.Tasks.Select(task => new QueuedTask(
        task.TaskId, task.TaskType, task.Priority, task.EffectivePriority, task.SubmittedAt, task.Reason, task.Pool))]);

    public static MeshGroup Group(string groupId, GroupCounts counts) => new(
        groupId, counts.Total, counts.Queued, counts.Assigned, counts.Running, counts.Completed, counts.Failed, counts.Cancelled,
        Math.Round((double)counts.Ended / counts.Total, 4));

    private static NodeAnswer Answer(Grains.Interfaces.Schedulers.NodeExplanation node) => new(
        node.Feasible, [.. node.Refusals.Select(refusal => new NodeRefusal(refusal.Code, refusal.Message, refusal.Permanent))], node.Score, node.Terms);

    private static MeshGpu Gpu(NodeStatusView node, GpuDevice gpu)
    {
        var measured = node.Telemetry.FirstOrDefault(telemetry => telemetry.Index == gpu.Index);
        return new MeshGpu(
            gpu.Index, gpu.Type, gpu.MemoryBytes, gpu.Index < node.ReservedBytes.Length ? node.ReservedBytes[gpu.Index] : 0, gpu.Uuid,
            measured.MemoryUsedBytes, measured.Utilization, measured.TemperatureCelsius, measured.PowerWatts)
        {
            Errors = measured.Errors?.Select(error => new MeshGpuError(error.Kind, error.Xid, error.Count)).ToList(),
        };
    }

    private static long WholeGb(GpuDevice[] gpus) =>
        (gpus.Sum(gpu => gpu.MemoryBytes) + (MeshConstants.BytesPerGb / 2)) / MeshConstants.BytesPerGb;
}
