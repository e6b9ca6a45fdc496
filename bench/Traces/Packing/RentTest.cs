using System.Diagnostics;
using System.Globalization;
using Aurora.Scheduling.Planning;

namespace Aurora.Bench.Traces.Packing;

/// <summary>T5: GPU tasks in the order of their creation on GPUs that are rented for them; <c>--shareable true</c> for those that share,
/// <c>--profile</c> for a placement profile other than <c>cost</c>.</summary>
internal static class RentTest
{
    private const int UnitsPerGpu = 1000;
    private const double KeepIdleSeconds = 300;
    private const double UsdPerHour = 0.35;

    public static void Run(TraceOptions options)
    {
        var file = Path.Combine(options.Data, "packing", $"pods_{options.Workload}.csv.gz");
        var trace = PackingTrace.Read(Path.Combine(options.Data, "packing", "nodes.csv"), file);
        var shareable = options.Optional("shareable", "false") == "true";
        var tasks = CsvRows.Read(file)
            .Select(row => (Demand: trace.DemandOf(row), Row: row))
            .Where(task => task.Demand.Gpus > 0 && (!shareable || !task.Demand.Exclusive))
            .Select(task => (task.Demand, From: Number(task.Row["creation_s"]), To: Number(task.Row["deletion_s"]), Milli: Number(task.Row["gpu_milli"])))
            .OrderBy(task => task.From).ThenBy(task => task.To).ThenBy(task => task.Demand.Gpus).ThenBy(task => task.Milli)
            .ToList();
        var profile = Enum.TryParse<PlacementProfile>(options.Optional("profile", "cost"), ignoreCase: true, out var named)
            ? named
            : throw new ArgumentException("--profile must be balanced, pack or cost.");
        var rented = new RentedFleet(new PlannerSettings { Profile = profile }, UnitsPerGpu, KeepIdleSeconds, UsdPerHour);
        var ends = new PriorityQueue<int, (double At, int Task)>();
        var (rows, times) = (new List<string>(), new List<double>());
        for (var position = 0; position < tasks.Count; position++)
        {
            var (demand, from, to, _) = tasks[position];
            End(from);
            var started = Stopwatch.GetTimestamp();
            var gpus = rented.Take(position, demand, from);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
            ends.Enqueue(position, (Math.Max(to, from + 1), position));
            rows.Add(FormattableString.Invariant($"{position},{string.Join(';', gpus)}"));
        }

        End(double.PositiveInfinity);
        rented.GiveBackIdle(double.PositiveInfinity);
        var hours = rented.GpuHours;
        PackingOutput.Write(
            options, shareable ? "rent-shareable" : "rent", "rent", "pos,gpus", typeof(MeshPlanner).FullName!, new { profile = profile.ToString().ToLowerInvariant() }, "none", rows, times,
            new Dictionary<string, double> { ["gpu_hours"] = hours, ["usd"] = hours * UsdPerHour, ["rented_gpus"] = rented.Count });

        void End(double until)
        {
            while (ends.TryPeek(out var task, out var due) && due.At <= until)
            {
                ends.Dequeue();
                rented.Return(task, due.At);
            }
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
