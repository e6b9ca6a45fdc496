using System.Diagnostics;
using Aurora.Scheduling.Packing;

namespace Aurora.Bench.Traces.Packing;

/// <summary>Places tasks one at a time and writes down where each went.</summary>
internal sealed class PackingReplay
{
    private readonly Dictionary<int, (PackDemand Demand, int Node, int[] Gpus)> placed = [];

    public PackingReplay(PackingTrace trace, PackSettings settings)
    {
        Mesh = new PackingMesh(DemandMix.Of(trace.Tasks.Values), settings);
        foreach (var node in trace.Nodes)
        {
            Mesh.Add(node);
        }
    }

    public PackingMesh Mesh { get; }

    public List<string> Rows { get; } = [];

    public List<double> DecisionMicroseconds { get; } = [];

    public int Rejected { get; private set; }

    /// <summary>Units of GPUs in use.</summary>
    public long AllocatedUnits { get; private set; }

    /// <summary>Nominal GPUs of what was placed, and of what was not.</summary>
    public (double Placed, double Rejected) NominalGpus { get; private set; }

    public void Arrive(int position, in PackDemand demand)
    {
        var started = Stopwatch.GetTimestamp();
        var place = Mesh.Choose(demand);
        DecisionMicroseconds.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
        var nominal = PackingTrace.NominalGpus(demand);
        if (place is null)
        {
            Rejected++;
            NominalGpus = (NominalGpus.Placed, NominalGpus.Rejected + nominal);
            return;
        }

        Mesh.Take(demand, place.Node, place.Gpus);
        placed.Add(position, (demand, place.Node, place.Gpus));
        AllocatedUnits += UnitsOf(demand, place.Node);
        NominalGpus = (NominalGpus.Placed + nominal, NominalGpus.Rejected);
        Rows.Add(FormattableString.Invariant($"{position},{place.Node},{string.Join(';', place.Gpus)}"));
    }

    /// <summary>A task ends; nothing happens when it was not placed.</summary>
    public void Depart(int position)
    {
        if (placed.Remove(position, out var task))
        {
            Mesh.Return(task.Demand, task.Node, task.Gpus);
            AllocatedUnits -= UnitsOf(task.Demand, task.Node);
        }
    }

    private long UnitsOf(in PackDemand demand, int node) =>
        (long)demand.Gpus * (demand.Exclusive ? Mesh.Nodes[node].UnitsPerGpu : demand.UnitsPerGpu);
}
