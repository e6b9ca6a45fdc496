using System.Globalization;
using Aurora.Scheduling.Feasibility;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Queueing;
using Aurora.Scheduling.Scoring;

namespace Aurora.Scheduling.Planning;

/// <summary>
/// The one requirement that keeps a task waiting. Changes are tried one at a time, those that change least for the task first:
/// less memory, fewer cores, another GPU type, fewer GPUs, and last where it may run.
/// </summary>
internal sealed class SmallestChange(NodeTable table, WaitingTasks waiting, PlacementChooser chooser, Reach reach)
{
    private const double BytesPerGb = 1L << 30;

    /// <summary>The change; null when no single one would do.</summary>
    public RequirementChange? For(TaskShape shape)
    {
        if (shape.GpuCount > 0 && !IsFull(shape) && LessMemory(shape) is { } less)
        {
            return less;
        }

        if (shape.Nodes > 1 && reach.NodesNow(waiting.ClassOf(shape), shape.MemoryBytesPerGpu) is > 0 and var fewer && fewer < shape.Nodes && !IsFull(shape with { Nodes = fewer }))
        {
            return new RequirementChange("nodes", $"with nodes {fewer} instead of {shape.Nodes} it would start now");
        }

        foreach (var (field, changed, message) in Others(shape))
        {
            if (Fits(changed))
            {
                return new RequirementChange(field, message + " it would start now");
            }
        }

        return null;
    }

    private RequirementChange? LessMemory(TaskShape shape)
    {
        var shapes = waiting.ClassOf(shape);
        var most = shape.Nodes > 1 ? reach.OfGang(shapes) : Enumerable.Range(0, table.Count).Select(ordinal => reach.Now(ordinal, shapes)).DefaultIfEmpty(Reach.Nothing).Max();

        // Rounded down to what a person would write.
        var gb = Math.Floor(most * shape.GpuCount / BytesPerGb * 10) / 10;
        return gb > 0 && most < shape.MemoryBytesPerGpu
            ? new RequirementChange(
                "memory_gb",
                $"with memory_gb {gb.ToString(CultureInfo.InvariantCulture)} instead of "
                + $"{Gigabytes.Print(shape.MemoryBytesPerGpu * shape.GpuCount)} it would start now")
            : null;
    }

    private static IEnumerable<(string Field, TaskShape Changed, string Message)> Others(TaskShape shape)
    {
        if (shape.Host.CpuMilli > 0)
        {
            yield return ("cpu_cores", shape with { Host = shape.Host with { CpuMilli = 0 } }, "without cpu_cores");
        }

        if (shape.Host.MemoryBytes > 0)
        {
            yield return ("host_memory_gb", shape with { Host = shape.Host with { MemoryBytes = 0 } }, "without host_memory_gb");
        }

        if (shape.GpuType is { } type)
        {
            yield return ("gpu_type", shape with { GpuType = null }, $"on another GPU type than '{type}'");
        }

        for (var fewer = shape.GpuCount - 1; fewer > 0; fewer--)
        {
            yield return ("gpu_count", shape with { GpuCount = fewer }, $"with gpu_count {fewer} and as much memory on each");
        }

        if (shape.AntiAffinity is { } group)
        {
            yield return ("anti_affinity", shape with { AntiAffinity = null }, $"without anti_affinity '{group}'");
        }

        if (!shape.Labels.IsEmpty)
        {
            yield return ("node_labels", shape with { Labels = LabelSet.None }, $"without node_labels {Listing.Print(shape.Labels.All)}");
        }

        if (shape.Model is { } model)
        {
            yield return ("model", shape with { Model = null }, $"with another model than '{model}'");
        }
    }

    // A tenant whose quota is full starts nothing, whatever room there is.
    private bool IsFull(TaskShape shape) => waiting.ClassOf(shape) is var shapes && shapes.Account.IsFull(shapes.GpusInAll);

    private bool Fits(TaskShape shape) => !IsFull(shape) && FitsNow(shape);

    private bool FitsNow(TaskShape shape) => shape.Nodes > 1
        ? reach.NodesNow(waiting.ClassOf(shape), shape.MemoryBytesPerGpu) >= shape.Nodes
        : chooser.Choose(waiting.ClassOf(shape), shape.MemoryBytesPerGpu, BalancedGpus.Policy) is not null;
}
