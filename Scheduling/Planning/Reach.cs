using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Queueing;

namespace Aurora.Scheduling.Planning;

/// <summary>
/// How much memory per GPU a task of a class may need and still fit on a node: the least among as many of the node's
/// best suitable GPUs as the class needs.
/// </summary>
internal sealed class Reach(NodeTable table)
{
    /// <summary>Nothing of the class fits.</summary>
    public const long Nothing = -1;

    /// <summary>Every task of the class fits, whatever memory it names: it needs no GPU.</summary>
    public const long Everything = long.MaxValue;

    /// <summary>Why a task that waits for an owned node does not go to a rented one.</summary>
    public const string HasTime = "its deadline leaves time to wait for an owned one";

    private long[] largest = [];

    /// <summary>Why nothing more is placed on rented nodes; null for no reason.</summary>
    public string? RentRefusal { get; set; }

    /// <summary>Which owned node is being woken, so that nothing more is placed on rented ones; null for none.</summary>
    public string? OwnedFirst { get; set; }

    /// <summary>Why a task of the class must not go to the node, which is rented; null when it may.</summary>
    public string? WhyNotRented(int ordinal, ShapeClass shapes) => table.Row(ordinal).Owned > 0 ? null : RentRefusal ?? shapes.Account.RentRefusal ?? OwnedFirst ?? (shapes.AwaitsOwned ? HasTime : null);

    /// <summary>What fits now, in bytes per GPU.</summary>
    public long Now(int ordinal, ShapeClass shapes)
    {
        ref readonly var row = ref table.Row(ordinal);
        return row.Open && HasRoomFor(ordinal, row, shapes) ? Of(row, shapes, nominal: false) : Nothing;
    }

    /// <summary>What fits now on as many different nodes at once as the class needs, in bytes per GPU. Visits every node.</summary>
    public long OfGang(ShapeClass shapes)
    {
        Span<long> best = stackalloc long[TaskShape.NodesMax];
        best = best[..Math.Min(shapes.Nodes, TaskShape.NodesMax)];
        best.Fill(Nothing);
        for (var ordinal = 0; ordinal < table.Count; ordinal++)
        {
            var bytes = Now(ordinal, shapes);
            var place = best.Length;
            for (; place > 0 && bytes > best[place - 1]; place--)
            {
                if (place < best.Length)
                {
                    best[place] = best[place - 1];
                }
            }

            if (place < best.Length)
            {
                best[place] = bytes;
            }
        }

        return best[^1];
    }

    /// <summary>Different nodes on which a task of the class that needs so many bytes per GPU fits now.</summary>
    public int NodesNow(ShapeClass shapes, long bytes)
    {
        var count = 0;
        for (var ordinal = 0; ordinal < table.Count; ordinal++)
        {
            count += Now(ordinal, shapes) is var fits && fits != Nothing && fits >= bytes ? 1 : 0;
        }

        return count;
    }

    /// <summary>Whether what the class needs beside GPUs is free now: a request slot, cores and host memory, nobody to be kept apart from, and money to rent it.</summary>
    public bool HasRoomFor(int ordinal, in NodeRow row, ShapeClass shapes) =>
        !(shapes.NeedsModel && row.Requests >= row.RequestSlots)
            && row.HostFree.Covers(shapes.Host)
            && (shapes.AntiAffinity is null || !table.Nodes[ordinal].Holds(shapes.AntiAffinity))
            && (row.Owned > 0 || WhyNotRented(ordinal, shapes) is null);

    /// <summary>What fits once the node is idle and available, in bytes per GPU.</summary>
    public long Nominal(int ordinal, ShapeClass shapes) =>
        table.Nodes[ordinal].Facts.Host.Covers(shapes.Host) ? Of(table.Row(ordinal), shapes, nominal: true) : Nothing;

    /// <summary>What the memory would allow now if the node had a slot and were available, in bytes per GPU.</summary>
    public long Free(int ordinal, ShapeClass shapes) => Of(table.Row(ordinal), shapes, nominal: false);

    /// <summary>GPUs of the node that the class may run on.</summary>
    public int SuitableGpus(int ordinal, ShapeClass shapes)
    {
        var suitable = 0;
        foreach (ref readonly var gpu in table.GpusOf(table.Row(ordinal)))
        {
            suitable += shapes.Match.AcceptsGpu(gpu.Type) ? 1 : 0;
        }

        return suitable;
    }

    private long Of(in NodeRow row, ShapeClass shapes, bool nominal)
    {
        var needed = shapes.GpuCount;
        if (needed > row.GpuCount || !shapes.Match.RunsOn(row.Offer))
        {
            return Nothing;
        }

        if (needed == 0)
        {
            return Everything;
        }

        if (largest.Length < needed)
        {
            largest = new long[needed];
        }

        var found = 0;
        foreach (ref readonly var gpu in table.GpusOf(row))
        {
            if (!shapes.Match.AcceptsGpu(gpu.Type))
            {
                continue;
            }

            var bytes = nominal ? gpu.Nominal : gpu.Free;
            var place = found < needed ? found++ : needed;
            for (; place > 0 && bytes > largest[place - 1]; place--)
            {
                if (place < needed)
                {
                    largest[place] = largest[place - 1];
                }
            }

            if (place < needed)
            {
                largest[place] = bytes;
            }
        }

        return found < needed ? Nothing : largest[needed - 1];
    }
}
