using Aurora.Scheduling.Feasibility;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Queueing;

namespace Aurora.Scheduling.Planning;

/// <summary>What the nodes together offer to one shape. Maxima are over the nodes that announce its task type.</summary>
internal sealed class MeshOffer
{
    public int Joined { get; private set; }

    public int Announcing { get; private set; }

    public int GpusMax { get; private set; }

    public int SuitableMax { get; private set; }

    /// <summary>The most memory per GPU that an idle node offers, in bytes.</summary>
    public long NominalMax { get; private set; }

    /// <summary>Nodes with too few cores or too little host memory, and the most of each that one of them has.</summary>
    public int HostTooSmall { get; private set; }

    public HostShare HostMax { get; private set; }

    /// <summary>Nodes that can run the shape when they are idle; each of them is also in one of the counts below.</summary>
    public int Fitting { get; private set; }

    public int FittingNow { get; private set; }

    public int Unavailable { get; private set; }

    /// <summary>Rented nodes that it must not go to, and why.</summary>
    public int NotRented { get; private set; }

    public string? WhyNotRented { get; private set; }

    public int WithoutSlot { get; private set; }

    public int WithoutHost { get; private set; }

    public int KeptApart { get; private set; }

    /// <summary>Nodes where it would fit, if that were not kept for another task.</summary>
    public int KeptForOthers { get; private set; }

    public int WithoutMemory { get; private set; }

    /// <summary>The most memory per GPU that is free on the nodes without enough of it, in bytes.</summary>
    public long FreeMax { get; private set; }

    public void Count(TaskShape shape, ShapeClass shapes, NodeTable table, Reach reach, int ordinal)
    {
        var node = table.Nodes[ordinal];
        ref readonly var row = ref table.Row(ordinal);
        Joined += node.Joined ? 1 : 0;
        if (!shapes.Match.RunsOn(row.Offer))
        {
            return;
        }

        Announcing++;
        GpusMax = Math.Max(GpusMax, row.GpuCount);
        SuitableMax = Math.Max(SuitableMax, reach.SuitableGpus(ordinal, shapes));
        if (!node.Facts.Host.Covers(shape.Host))
        {
            HostMax = new HostShare(Math.Max(HostMax.CpuMilli, node.Facts.Host.CpuMilli), Math.Max(HostMax.MemoryBytes, node.Facts.Host.MemoryBytes));
            HostTooSmall++;
        }

        var nominal = reach.Nominal(ordinal, shapes);
        NominalMax = Math.Max(NominalMax, nominal);
        if (nominal == Reach.Nothing || nominal < shape.MemoryBytesPerGpu)
        {
            return;
        }

        Fitting++;
        var (free, isKept) = Free(shape, shapes, node, reach);
        if (!node.Available)
        {
            Unavailable++;
        }
        else if (reach.WhyNotRented(ordinal, shapes) is { } why)
        {
            NotRented++;
            WhyNotRented = why;
        }
        else if (isKept)
        {
            KeptForOthers++;
        }
        else if (!row.Open || (shapes.NeedsModel && row.Requests >= row.RequestSlots))
        {
            WithoutSlot++;
        }
        else if (!row.HostFree.Covers(shape.Host))
        {
            WithoutHost++;
        }
        else if (shape.AntiAffinity is { } group && node.Holds(group))
        {
            KeptApart++;
        }
        else if (free < shape.MemoryBytesPerGpu)
        {
            WithoutMemory++;
            FreeMax = Math.Max(FreeMax, free);
        }
        else
        {
            FittingNow++;
        }
    }

    /// <summary>The memory per GPU that is free, kept or not, and whether the node lacks nothing but what is kept.</summary>
    private static (long Bytes, bool IsKept) Free(TaskShape shape, ShapeClass shapes, TrackedNode node, Reach reach)
    {
        var free = reach.Free(node.Ordinal, shapes);
        if (node.Kept is null)
        {
            return (free, false);
        }

        var withKept = SuitableGpus.NthLargest(shape, node, gpu => node.Ledger.FreeBytes(gpu.Index)) ?? free;
        return (withKept, reach.Now(node.Ordinal, shapes) < shape.MemoryBytesPerGpu && FeasibilityChain.RefusalsOf(shape, node).Count == 0);
    }
}
