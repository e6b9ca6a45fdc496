using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Packing;
using Aurora.Scheduling.Queueing;
using Aurora.Scheduling.Recording;

namespace Aurora.Scheduling.Planning;

/// <summary>
/// The nodes as the packing sees them, and the tasks that it expects: those that came last. It is built anew as it learns, each
/// time twice as many tasks came as before, and later with every <see cref="Window"/>.
/// </summary>
internal sealed class PackingView(NodeTable table, Reach reach)
{
    /// <summary>Tasks that are taken to tell what comes. A mesh of a hundred GPUs sees them in hours.</summary>
    public const int Window = 4096;

    private const int FirstLook = 64;
    private const int TypeBits = 64;
    private const int BytesPerMib = 1 << 20;

    private readonly PackDemand[] recent = new PackDemand[Window];
    private readonly Turnover turnover = new();
    private PackingMesh? mesh;
    private DemandMix? mix;
    private int[] free = [];
    private long seen;
    private long nextLook = FirstLook;

    /// <summary>Counts a task among those that are expected.</summary>
    public void Expect(ShapeClass shapes, long bytes)
    {
        if (shapes.GpuCount == 0 || shapes.GpuCount > PackingMesh.GpusMax)
        {
            return;
        }

        recent[seen++ % Window] = DemandOf(shapes, bytes);
        if (seen >= nextLook)
        {
            nextLook = seen + Math.Min(seen, Window);
            Forget();
        }
    }

    /// <summary>Takes over what another one expects.</summary>
    public void ExpectAs(PackingView other)
    {
        other.recent.CopyTo(recent, 0);
        turnover.SetAs(other.turnover.EndedShare);
        (seen, nextLook, mesh, mix) = (other.seen, other.nextLook, null, other.mix);
    }

    /// <summary>Takes over what was recorded.</summary>
    public void ExpectAs(RecordedExpectation recorded)
    {
        recorded.Recent.Take(Window).ToArray().CopyTo(recent, 0);
        turnover.SetAs(recorded.EndedShare);
        (seen, nextLook, mesh) = (recorded.Seen, recorded.NextLook, null);
        mix = recorded.Classes.Count > 0 ? DemandMix.From(recorded.Classes, recorded.Shares) : null;
    }

    /// <summary>What it expects, to be recorded.</summary>
    public RecordedExpectation Expectation() => new([.. recent.Take((int)Math.Min(seen, Window))], seen, nextLook, turnover.EndedShare)
    {
        Classes = mix?.Classes ?? [],
        Shares = mix?.Shares ?? [],
    };

    /// <summary>Counts a task that got a place.</summary>
    public void Placed(TaskShape shape) => Count(shape, turnover.Placed);

    /// <summary>Counts a task that left its place.</summary>
    public void Ended(TaskShape shape) => Count(shape, turnover.Ended);

    /// <summary>To be called when a node announced other facts.</summary>
    public void Forget() => (mesh, mix) = (null, null);

    /// <summary>Takes over what the node has free now.</summary>
    public void Renew(TrackedNode node)
    {
        if (mesh is null)
        {
            return;
        }

        if (node.Ordinal >= mesh.Nodes.Count)
        {
            Add(node);
        }

        ref readonly var row = ref table.Row(node.Ordinal);
        var gpus = table.GpusOf(row);
        var count = mesh.Nodes[node.Ordinal].Free.Length;
        if (free.Length < count)
        {
            free = new int[count];
        }

        for (var gpu = 0; gpu < count; gpu++)
        {
            free[gpu] = row.Open ? (int)(gpus[gpu].Free / BytesPerMib) : 0;
        }

        mesh.Renew(node.Ordinal, Clamp(row.HostFree.CpuMilli), Clamp(row.HostFree.MemoryBytes / BytesPerMib), free.AsSpan(0, count));
    }

    /// <summary>The place that costs the expected tasks least; null where the packing knows none.</summary>
    public Choice? Choose(ShapeClass shapes, long bytes, IReadOnlyList<int>? among, int avoid)
    {
        if (shapes.GpuCount == 0 || shapes.GpuCount > PackingMesh.GpusMax)
        {
            return null;
        }

        if (mesh is null)
        {
            Build();
        }

        var place = mesh!.Choose(
            DemandOf(shapes, bytes),
            among,
            ordinal => ordinal != avoid && table.Row(ordinal).Open && shapes.Match.RunsOn(table.Row(ordinal).Offer) && reach.HasRoomFor(ordinal, table.Row(ordinal), shapes));
        if (place is null)
        {
            return null;
        }

        // Of a node with GPUs of several types the packing may have picked one that the task does not accept.
        var gpus = table.GpusOf(table.Row(place.Node));
        foreach (var gpu in place.Gpus)
        {
            if (gpus[gpu].Free < bytes || !shapes.Match.AcceptsGpu(gpus[gpu].Type))
            {
                return null;
            }
        }

        return new Choice(place.Node, place.Gpus, 1 / (1 + place.Cost), KeepsRoom: true);
    }

    private static void Count(TaskShape shape, Action change)
    {
        if (shape.GpuCount > 0)
        {
            change();
        }
    }

    private void Build()
    {
        mix ??= DemandMix.Of(recent.Take((int)Math.Min(seen, Window)));
        mesh = new PackingMesh(mix, new PackSettings(), turnover);
        foreach (var node in table.Nodes)
        {
            Renew(node);
        }
    }

    private void Add(TrackedNode node)
    {
        var gpus = table.GpusOf(table.Row(node.Ordinal));
        long largest = BytesPerMib;
        foreach (ref readonly var gpu in gpus)
        {
            largest = Math.Max(largest, gpu.Nominal);
        }

        mesh!.Add(new PackNode(
            cpuMilli: 0,
            memoryMib: 0,
            Math.Min(gpus.Length, PackingMesh.GpusMax),
            gpus.Length == 0 ? 0 : gpus[0].Type % TypeBits,
            Clamp(largest / BytesPerMib)));
    }

    private PackDemand DemandOf(ShapeClass shapes, long bytes)
    {
        ulong types = 0;
        for (var type = 0; type < table.GpuTypeCount; type++)
        {
            types |= shapes.Match.AcceptsGpu(type) ? 1UL << (type % TypeBits) : 0;
        }

        return new PackDemand(
            Clamp(shapes.Host.CpuMilli),
            Clamp((shapes.Host.MemoryBytes + BytesPerMib - 1) / BytesPerMib),
            shapes.GpuCount,
            Math.Max(1, Clamp((bytes + BytesPerMib - 1) / BytesPerMib)),
            Exclusive: false,
            shapes.Key.GpuType is null ? PackDemand.AnyType : types);
    }

    private static int Clamp(long value) => (int)Math.Clamp(value, 0, int.MaxValue / 2);
}
