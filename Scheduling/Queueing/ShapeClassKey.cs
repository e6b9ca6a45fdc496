using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Queueing;

/// <summary>A shape without its memory.</summary>
internal readonly record struct ShapeClassKey(string TaskType, string? GpuType, int GpuCount, string? Model, HostShare Host, LabelSet Labels, string? AntiAffinity, string? Tenant, bool AwaitsOwned, int Nodes)
{
    public static ShapeClassKey Of(TaskShape shape) =>
        new(shape.TaskType, shape.GpuType, Math.Max(0, shape.GpuCount), shape.Model, shape.Host, shape.Labels, shape.AntiAffinity, shape.Tenant, shape.AwaitsOwned, shape.Nodes);
}
