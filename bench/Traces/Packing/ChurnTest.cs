using System.Globalization;
using Aurora.Scheduling.Packing;

namespace Aurora.Bench.Traces.Packing;

/// <summary>T2: tasks come and go; a task that does not fit when it comes is lost. The seed names the event file.</summary>
internal static class ChurnTest
{
    /// <summary>Arrivals before the mesh counts as settled.</summary>
    private const int SettledAfter = 12_000;

    public static void Run(TraceOptions options)
    {
        var folder = Path.Combine(options.Data, "packing");
        var trace = PackingTrace.Read(Path.Combine(folder, "nodes.csv"), Path.Combine(folder, $"pods_{options.Workload}.csv.gz"));
        var settings = new PackSettings();
        var replay = new PackingReplay(trace, settings);
        var units = trace.Capacity.Units;
        var departures = new PriorityQueue<int, (double At, int Position)>();
        var (position, since, area) = (0, double.NaN, 0.0);
        var (now, placedBefore, rejectedBefore) = (0.0, 0.0, 0.0);
        foreach (var row in CsvRows.Read(Path.Combine(folder, $"churn_{options.Seed}.csv.gz")))
        {
            var (arrive, depart) = (Number(row["arrive"]), Number(row["depart"]));
            while (departures.TryPeek(out var gone, out var due) && due.At <= arrive)
            {
                Advance(due.At);
                replay.Depart(departures.Dequeue());
            }

            Advance(arrive);
            replay.Arrive(position, trace.Tasks[PackingTrace.Whole(row["row"])]);
            departures.Enqueue(position, (depart, position));
            if (++position == SettledAfter)
            {
                since = now;
                (placedBefore, rejectedBefore) = replay.NominalGpus;
            }
        }

        var (placed, rejected) = (replay.NominalGpus.Placed - placedBefore, replay.NominalGpus.Rejected - rejectedBefore);
        PackingOutput.Write(options, "churn", settings, replay.Rows, replay.DecisionMicroseconds, new Dictionary<string, double>
        {
            ["mean_alloc_pct"] = 100 * area / (now - since),
            ["rejected_gpu_demand_pct"] = 100 * rejected / (placed + rejected),
        });

        void Advance(double to)
        {
            if (!double.IsNaN(since))
            {
                area += (double)replay.AllocatedUnits / units * (to - now);
            }

            now = to;
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
