using Aurora.Scheduling.Model;
using Aurora.Scheduling.Scoring;

namespace Aurora.Scheduling.Nodes;

/// <summary>
/// Every node, and dense rows of what decisions read: a decision over thousands of nodes walks through memory in
/// order and allocates nothing. The ledgers are the truth; a row is renewed whenever its ledger changes.
/// </summary>
internal sealed class NodeTable(GpuPowerTable powers, NodeVocabulary vocabulary)
{
    /// <summary>As many changes are remembered.</summary>
    public const int ChangesKept = 1 << 12;

    private readonly Dictionary<string, int> ordinals = new(StringComparer.Ordinal);
    private readonly int[] changed = new int[ChangesKept];
    private readonly List<TrackedNode> nodes = [];
    private NodeRow[] rows = [];
    private GpuRow[] gpus = [];
    private int gpusUsed;
    private long choices;
    private int owned;

    public IReadOnlyList<TrackedNode> Nodes => nodes;

    public int Count => nodes.Count;

    /// <summary>Grows with every change of any node.</summary>
    public long Version { get; private set; }

    /// <summary>Whether no node is rented.</summary>
    public bool AreAllOwned => owned == nodes.Count;

    /// <summary>Different GPU types that were announced; they are numbered from 0.</summary>
    public int GpuTypeCount => vocabulary.GpuTypes.Count;

    /// <summary>The most GPUs that any node has or had.</summary>
    public int GpusPerNodeMax { get; private set; }

    public TrackedNode? Find(string nodeId) => ordinals.TryGetValue(nodeId, out var ordinal) ? nodes[ordinal] : null;

    /// <summary>The node with whose change <see cref="Version"/> came to be this; one of the last <see cref="ChangesKept"/>.</summary>
    public int ChangedBy(long version) => changed[version & (ChangesKept - 1)];

    public ref readonly NodeRow Row(int ordinal) => ref rows[ordinal];

    public ReadOnlySpan<GpuRow> GpusOf(in NodeRow row) => gpus.AsSpan(row.GpuStart, row.GpuCount);

    public TrackedNode Add(NodeFacts facts)
    {
        var node = new TrackedNode(facts, nodes.Count);
        nodes.Add(node);
        ordinals.Add(facts.NodeId, node.Ordinal);
        if (rows.Length < nodes.Count)
        {
            Array.Resize(ref rows, Math.Max(16, 2 * rows.Length));
        }

        RenewFacts(node);
        return node;
    }

    /// <summary>Renews the rows after the node announced other facts.</summary>
    public void RenewFacts(TrackedNode node)
    {
        ref var row = ref rows[node.Ordinal];
        row.Offer = vocabulary.OfferId(node.Facts);
        row.GpuCount = node.Facts.Gpus.Count;
        if (row.GpuCount > row.GpuCapacity)
        {
            // The old stretch is left unused: a node hardly ever gains GPUs, and one that loses some keeps its stretch.
            row.GpuStart = gpusUsed;
            row.GpuCapacity = row.GpuCount;
            gpusUsed += row.GpuCount;
            if (gpus.Length < gpusUsed)
            {
                Array.Resize(ref gpus, Math.Max(gpusUsed, 2 * gpus.Length));
            }
        }

        row.Speed = node.Facts.Models?.Speed ?? default;
        row.Links = node.Facts.Links;
        owned -= (int)row.Owned;
        row.Owned = node.Facts.Price.Tenure is NodeTenure.Owned ? 1 : 0;
        owned += (int)row.Owned;
        GpusPerNodeMax = Math.Max(GpusPerNodeMax, row.GpuCount);
        row.Best = new GpuBounds { SharePerByte = 1 };
        for (var gpu = 0; gpu < row.GpuCount; gpu++)
        {
            var facts = node.Facts.Gpus[gpu];
            ref var target = ref gpus[row.GpuStart + gpu];
            target.Type = vocabulary.GpuTypeId(facts.Type);
            target.Nominal = facts.MemoryBytes;
            target.SharePerByte = facts.MemoryBytes > 0 ? 1.0 / facts.MemoryBytes : 0;
            target.Power = powers.ShareOf(facts);
            target.Cheap = target.Power > 0 ? 1 / (1 + (node.Facts.Price.PerHourOfWork / row.GpuCount / target.Power)) : 0;
            row.Best.Power = Math.Max(row.Best.Power, (float)target.Power);
            row.Best.Cheap = Math.Max(row.Best.Cheap, (float)target.Cheap);
            row.Best.SharePerByte = Math.Min(row.Best.SharePerByte, (float)target.SharePerByte);
        }

        Renew(node);
    }

    /// <summary>Renews the rows from the ledger and the load; true when something fits now that did not before.</summary>
    public bool Renew(TrackedNode node)
    {
        changed[++Version & (ChangesKept - 1)] = node.Ordinal;
        ref var row = ref rows[node.Ordinal];
        var ledger = node.Ledger;
        var wasOpen = row.Open;
        var kept = node.Kept;
        row.Open = node.Available && ledger.FreeSlots > (kept is null ? 0 : 1);
        row.Held = ledger.HeldCount + ledger.ForeignCount;
        row.FewTasks = 1.0 / (1 + row.Held);
        row.CpuIdle = Idle(node.Load.CpuLoad);
        row.LargestFree = -1;
        var here = gpus.AsSpan(row.GpuStart, row.GpuCount);
        foreach (ref var gpu in here)
        {
            gpu.Idle = 1;
        }

        foreach (var load in node.Load.Gpus)
        {
            if (load.Index >= 0 && load.Index < here.Length)
            {
                here[load.Index].Idle = Idle(load.Utilization);
            }
        }

        var hasMore = row.Open && (!wasOpen || node.RequestSlots - node.Requests > row.RequestSlots - row.Requests);
        var freeHost = kept is null ? ledger.FreeHost : ledger.FreeHost - kept.Shape.Host;
        hasMore |= row.Open && (freeHost.CpuMilli > row.HostFree.CpuMilli || freeHost.MemoryBytes > row.HostFree.MemoryBytes);
        row.HostFree = freeHost;
        row.Requests = node.Requests;
        row.RequestSlots = node.RequestSlots;
        row.PrefillFree = node.PrefillFree;
        row.RentedOrder = node.Rented?.Order ?? 0;
        double memoryFree = 0;
        double idle = 0;
        (row.Best.FewTasks, row.Best.Idle, row.Best.FreeShare) = (0, 0, 0);
        for (var index = 0; index < here.Length; index++)
        {
            ref var gpu = ref here[index];
            var free = kept is not null && kept.Gpus.Contains(index) ? -1 : ledger.FreeBytes(index);
            hasMore |= row.Open && free > gpu.Free;
            gpu.Free = free;
            gpu.FewTasks = 1.0 / (1 + ledger.HeldOn(index));
            row.LargestFree = Math.Max(row.LargestFree, free);
            row.Best.FewTasks = Math.Max(row.Best.FewTasks, (float)gpu.FewTasks);
            row.Best.Idle = Math.Max(row.Best.Idle, (float)gpu.Idle);
            row.Best.FreeShare = Math.Max(row.Best.FreeShare, (float)(free * gpu.SharePerByte));
            memoryFree += free * gpu.SharePerByte;
            idle += gpu.Idle;
        }

        row.MemoryFree = here.Length == 0 ? 1 : Math.Clamp(memoryFree / here.Length, 0, 1);
        row.GpuIdle = here.Length == 0 ? 1 : idle / here.Length;
        return hasMore;
    }

    /// <summary>Remembers that the node was chosen just now, so that equal nodes take turns. A change that <see cref="Renew"/> has to follow.</summary>
    public void Chosen(TrackedNode node) => rows[node.Ordinal].LastChosen = ++choices;

    /// <summary>Takes over which nodes were chosen when from a table with the same nodes.</summary>
    public void TakeTurnsAs(NodeTable other)
    {
        choices = other.choices;
        for (var ordinal = 0; ordinal < nodes.Count; ordinal++)
        {
            rows[ordinal].LastChosen = other.rows[ordinal].LastChosen;
        }

        MissAllChanges();
    }

    /// <summary>Says which nodes were chosen when, by ordinal.</summary>
    public void TakeTurns(IReadOnlyList<long> lastChosen)
    {
        for (var ordinal = 0; ordinal < nodes.Count; ordinal++)
        {
            rows[ordinal].LastChosen = lastChosen[ordinal];
            choices = Math.Max(choices, lastChosen[ordinal]);
        }

        MissAllChanges();
    }

    // Whoever follows the changes has missed more of them than are remembered, and looks at every node.
    private void MissAllChanges() => Version += ChangesKept + 1;

    // A device that does not tell counts as idle; what is placed on it speaks for it.
    private static double Idle(double? load) => load is { } known && known > 0 ? 1 - Math.Min(known, 1) : 1;
}
