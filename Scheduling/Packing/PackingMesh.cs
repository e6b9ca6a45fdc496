namespace Aurora.Scheduling.Packing;

/// <summary>
/// Places tasks so that as much room as can be is left for the tasks that are expected. A place costs the sum over the
/// classes of share x size^-<see cref="PackSettings.SizeDiscount"/> x (room lost) / (room left in the whole mesh + 1)^
/// <see cref="PackSettings.Scarcity"/>: losing room is the
/// dearer the less of it there is, so that GPUs which only few classes can use are not spent on tasks that run anywhere. The more
/// tasks end beside those that come, the more large and rare classes count (<see cref="PackSettings.ChurnSizeWeight"/>).
/// </summary>
/// <remarks>
/// It starts from the fragmentation gradient (Weng et al., "Beware of Fragmentation", USENIX ATC 2023), which asks of each
/// node whether one more task of a class fits. Here it is how many, over the whole mesh. docs/scheduling.md has the figures.
/// Not thread-safe.
/// </remarks>
public sealed class PackingMesh
{
    /// <summary>The most GPUs of one node.</summary>
    public const int GpusMax = 64;

    private readonly PackSettings settings;
    private readonly PackDemand[] classes;
    private readonly double[] shares;
    private readonly double[] logShares;
    private readonly double[] logSizes;
    private readonly double[] weights;
    private readonly double[] left;
    private readonly double[] sizes;
    private readonly List<PackNode> nodes = [];
    private readonly List<double[]> rooms = [];
    private readonly List<int[]> onGpus = [];
    private readonly int[]?[] classesByType = new int[64][];
    private readonly AlikeNodes alike = new();
    private long units;
    private long gpus;

    /// <param name="turnover">What was seen of tasks that end, where somebody else counts them too; its own otherwise.</param>
    public PackingMesh(DemandMix mix, PackSettings settings, Turnover? turnover = null)
    {
        ArgumentNullException.ThrowIfNull(mix);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        this.settings = settings;
        Turnover = turnover ?? new Turnover();
        classes = [.. mix.Classes];
        shares = [.. mix.Shares];
        logShares = [.. shares.Select(share => Math.Log(share))];
        logSizes = new double[classes.Length];
        weights = new double[classes.Length];
        sizes = new double[classes.Length];
        left = new double[classes.Length];
    }

    public IReadOnlyList<PackNode> Nodes => nodes;

    /// <summary>What was seen of tasks that end; <see cref="Take"/> and <see cref="Return"/> count.</summary>
    public Turnover Turnover { get; }

    public void Add(PackNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        nodes.Add(node);
        rooms.Add(new double[classes.Length]);
        onGpus.Add(new int[classes.Length]);
        units += (long)node.UnitsPerGpu * node.Free.Length;
        gpus += node.Free.Length;
        Measure(nodes.Count - 1);
        for (var index = 0; index < classes.Length; index++)
        {
            // A GPU of middling size is the measure.
            ref readonly var one = ref classes[index];
            var size = one.Exclusive ? one.Gpus : (double)one.Gpus * one.UnitsPerGpu * gpus / units;
            sizes[index] = gpus == 0 ? 1 : Math.Pow(size, -settings.SizeDiscount);
            logSizes[index] = gpus == 0 ? 0 : Math.Log(size);
        }
    }

    /// <summary>The cheapest place; null only when the demand fits nowhere. Of equals the one that leaves its node fullest, then the first.</summary>
    public PackPlace? Choose(in PackDemand demand) => Choose(demand, among: null, isOpen: null);

    /// <summary>The cheapest place on one of the nodes named, or of all, that are open to the demand.</summary>
    public PackPlace? Choose(in PackDemand demand, IReadOnlyList<int>? among, Predicate<int>? isOpen)
    {
        demand.Validate();
        Weigh();
        var best = new Candidate(-1, -1, double.PositiveInfinity, double.PositiveInfinity);
        alike.Clear(nodes.Count);
        var count = among?.Count ?? nodes.Count;
        for (var position = 0; position < count; position++)
        {
            var index = among is null ? position : among[position];
            var node = nodes[index];
            if (node.Fits(demand) && (isOpen is null || isOpen(index)) && alike.IsFirst(node))
            {
                Consider(demand, index, ref best);
            }
        }

        return best.Node < 0 ? null : new PackPlace(best.Node, Gpus(demand, nodes[best.Node], best.Gpu), best.Cost);
    }

    /// <summary>Takes the place.</summary>
    public void Take(in PackDemand demand, int node, ReadOnlySpan<int> gpus)
    {
        nodes[node].Take(demand, gpus);
        Turnover.Placed();
        Measure(node);
    }

    /// <summary>Gives the place back.</summary>
    public void Return(in PackDemand demand, int node, ReadOnlySpan<int> gpus)
    {
        nodes[node].Return(demand, gpus);
        Turnover.Ended();
        Measure(node);
    }

    /// <summary>Sets what is free on a node, whoever took the rest.</summary>
    public void Renew(int node, int cpuMilli, int memoryMib, ReadOnlySpan<int> free)
    {
        nodes[node].Set(cpuMilli, memoryMib, free);
        Measure(node);
    }

    private void Weigh()
    {
        var level = Turnover.Level;
        var sizePower = level * (settings.ChurnSizeWeight + settings.SizeDiscount);
        var sharePower = level * (settings.ChurnShareWeight - 1);
        for (var index = 0; index < classes.Length; index++)
        {
            var churn = level > 0 ? Math.Exp((sizePower * logSizes[index]) + (sharePower * logShares[index])) : 1;
            weights[index] = churn * shares[index] * sizes[index] / Math.Pow(left[index] + 1, settings.Scarcity);
        }
    }

    private void Consider(in PackDemand demand, int index, ref Candidate best)
    {
        var node = nodes[index];
        if (demand.Gpus != 1 || demand.Exclusive)
        {
            Consider(demand, index, gpu: -1, ref best);
            return;
        }

        var free = node.Free;
        for (var gpu = 0; gpu < free.Length; gpu++)
        {
            // Equally full GPUs are one choice.
            if (free[gpu] >= demand.UnitsPerGpu && free[..gpu].IndexOf(free[gpu]) < 0)
            {
                Consider(demand, index, gpu, ref best);
            }
        }
    }

    private void Consider(in PackDemand demand, int index, int gpu, ref Candidate best)
    {
        var node = nodes[index];
        Span<int> after = stackalloc int[node.Free.Length];
        node.Free.CopyTo(after);
        var empty = node.EmptyGpus;
        if (gpu >= 0)
        {
            empty -= after[gpu] == node.UnitsPerGpu ? 1 : 0;
            after[gpu] -= demand.UnitsPerGpu;
        }
        else
        {
            foreach (var taken in Gpus(demand, node, gpu))
            {
                empty -= after[taken] == node.UnitsPerGpu ? 1 : 0;
                after[taken] -= demand.Exclusive ? after[taken] : demand.UnitsPerGpu;
            }
        }

        var (cpu, memory) = (node.CpuMilli - demand.CpuMilli, node.MemoryMib - demand.MemoryMib);
        var (room, before) = (rooms[index], onGpus[index]);
        double cost = 0;
        foreach (var each in ClassesOf(node.GpuType))
        {
            if (room[each] == 0)
            {
                continue;
            }

            ref readonly var one = ref classes[each];
            var on = demand.Gpus == 0 ? before[each]
                : gpu >= 0 && one is { Exclusive: false, Gpus: 1 }
                    ? before[each] + (after[gpu] / one.UnitsPerGpu) - ((after[gpu] + demand.UnitsPerGpu) / one.UnitsPerGpu)
                    : ClassRoom.OnGpus(after, empty, one);
            cost += weights[each] * (room[each] - ClassRoom.Of(on, cpu, memory, one));
            if (cost > best.Cost)
            {
                // No class gains room, so the rest can only add to it.
                return;
            }
        }

        var free = 0;
        foreach (var some in after)
        {
            free += some;
        }

        var leftHere = (double)free / node.UnitsPerGpu;
        if (cost < best.Cost || (cost == best.Cost && leftHere < best.Left))
        {
            best = new Candidate(index, gpu, cost, leftHere);
        }
    }

    private static int[] Gpus(in PackDemand demand, PackNode node, int gpu)
    {
        if (gpu >= 0)
        {
            return [gpu];
        }

        var units = demand.Exclusive ? node.UnitsPerGpu : demand.UnitsPerGpu;
        var free = node.Free.ToArray();
        return
        [
            .. Enumerable.Range(0, free.Length).Where(index => free[index] >= units)
                .OrderBy(index => free[index]).ThenBy(index => index).Take(demand.Gpus).Order(),
        ];
    }

    /// <summary>Works out the node's room for each class, and with it what the mesh has left.</summary>
    private void Measure(int index)
    {
        var (node, room) = (nodes[index], rooms[index]);
        foreach (var each in ClassesOf(node.GpuType))
        {
            ref readonly var one = ref classes[each];
            var now = ClassRoom.Of(ClassRoom.OnGpus(node.Free, node.EmptyGpus, one), node.CpuMilli, node.MemoryMib, one);
            left[each] += now - room[each];
            room[each] = now;
            onGpus[index][each] = ClassRoom.OnGpus(node.Free, node.EmptyGpus, one);
        }
    }

    private int[] ClassesOf(int gpuType) => classesByType[gpuType] ??=
        [.. Enumerable.Range(0, classes.Length).Where(index => (classes[index].GpuTypes >> gpuType & 1) == 1)];

    private readonly record struct Candidate(int Node, int Gpu, double Cost, double Left);
}
