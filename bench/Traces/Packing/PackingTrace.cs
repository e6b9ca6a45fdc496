using System.Globalization;
using Aurora.Scheduling.Packing;

namespace Aurora.Bench.Traces.Packing;

/// <summary>Nodes and tasks of a packing trace as the product's own objects.</summary>
internal sealed class PackingTrace
{
    private readonly Dictionary<string, int> types = new(StringComparer.Ordinal);

    /// <summary>GPUs of every node, in the order of the file.</summary>
    public List<PackNode> Nodes { get; } = [];

    /// <summary>Tasks by the <c>row</c> of the list.</summary>
    public Dictionary<int, PackDemand> Tasks { get; } = [];

    /// <summary>Capacity of all GPUs in units, and how many GPUs that is.</summary>
    public (long Units, int Gpus) Capacity => (Nodes.Sum(node => (long)node.Free.Length * node.UnitsPerGpu), Nodes.Sum(node => node.Free.Length));

    public static PackingTrace Read(string nodesFile, string podsFile)
    {
        var trace = new PackingTrace();
        foreach (var row in CsvRows.Read(nodesFile))
        {
            trace.Nodes.Add(new PackNode(
                Whole(row["cpu_milli"]), Whole(row["memory_mib"]), Whole(row["gpu"]), trace.TypeOf(row["model"]), Whole(row["gpu_cap"])));
        }

        foreach (var row in CsvRows.Read(podsFile))
        {
            trace.Tasks.Add(Whole(row["row"]), trace.DemandOf(row));
        }

        return trace;
    }

    /// <summary>Nominal GPUs of a task: what the protocol counts as its demand.</summary>
    public static double NominalGpus(in PackDemand demand) =>
        demand.Gpus == 0 ? 0 : demand.Exclusive ? demand.Gpus : demand.Gpus * demand.UnitsPerGpu / 1000.0;

    public static int Whole(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    public PackDemand DemandOf(IReadOnlyDictionary<string, string> row)
    {
        var (gpus, milli) = (Whole(row["num_gpu"]), Whole(row["gpu_milli"]));
        var accepted = row["gpu_spec"] is { Length: > 0 } models
            ? models.Split('|').Aggregate(0UL, (mask, model) => mask | (1UL << TypeOf(model)))
            : PackDemand.AnyType;
        var isExclusive = gpus > 0 && milli >= 1000;
        return new PackDemand(
            Whole(row["cpu_milli"]), Whole(row["memory_mib"]), gpus, gpus == 0 || isExclusive ? 0 : milli, isExclusive, gpus == 0 ? PackDemand.AnyType : accepted);
    }

    private int TypeOf(string model)
    {
        if (!types.TryGetValue(model, out var type))
        {
            types.Add(model, type = types.Count);
        }

        return type;
    }
}
