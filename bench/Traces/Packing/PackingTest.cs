using Aurora.Scheduling.Packing;

namespace Aurora.Bench.Traces.Packing;

/// <summary>T1: a workload is the name of a task list; <c>vram</c> is the default list on GPUs of their real memory.</summary>
internal static class PackingTest
{
    public static void Run(TraceOptions options)
    {
        var folder = Path.Combine(options.Data, "packing");
        var isVram = options.Workload == "vram";
        var trace = PackingTrace.Read(
            Path.Combine(folder, isVram ? "nodes_vram.csv" : "nodes.csv"),
            Path.Combine(folder, $"pods_{(isVram ? "default" : options.Workload)}.csv.gz"));
        var settings = new PackSettings();
        var replay = new PackingReplay(trace, settings);
        var (units, gpus) = trace.Capacity;
        var (position, arrived, atHundred) = (0, 0.0, double.NaN);
        foreach (var row in CsvRows.Read(Path.Combine(folder, $"arrivals_{options.Workload}.csv.gz")).Select(row => row[options.Seed]))
        {
            // Seeds arrive in columns of unequal length.
            if (row.Length > 0)
            {
                var demand = trace.Tasks[PackingTrace.Whole(row)];
                arrived += PackingTrace.NominalGpus(demand);
                replay.Arrive(position, demand);
                if (double.IsNaN(atHundred) && arrived >= gpus)
                {
                    atHundred = 100.0 * replay.AllocatedUnits / units;
                }
            }

            position++;
        }

        PackingOutput.Write(options, "packing", settings, replay.Rows, replay.DecisionMicroseconds, new Dictionary<string, double>
        {
            ["alloc_pct_at_130"] = 100.0 * replay.AllocatedUnits / units,
            ["alloc_pct_at_100"] = atHundred,
            ["served_demand_pct_at_130"] = 100 * replay.NominalGpus.Placed / gpus,
            ["rejected_tasks"] = replay.Rejected,
        });
    }
}
