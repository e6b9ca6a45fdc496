using System.Globalization;
using Aurora.Bench.Traces.Queue;
using Aurora.Scheduling.Cost;
using Aurora.Scheduling.Planning;

namespace Aurora.Bench.Traces.Cost;

/// <summary>
/// T4: a workload is a trace, such as <c>vc3</c>. <c>--owned</c> nodes of eight reference GPUs, <c>--spot true</c> with
/// <c>--hazard</c> interruptions per hour of eight GPUs, prices of <c>--provider</c>, <c>--overbooking</c> of the owned GPUs or <c>none</c>.
/// </summary>
internal static class CostTest
{
    private const string OwnedType = "V100";
    private const double OwnedShareOfOnDemand = 0.4;

    // docs/scheduling.md has what others were measured to cost.
    private const string OverbookingDefault = "1.8";

    public static void Run(TraceOptions options)
    {
        var spot = options.Optional("spot", "false") == "true";
        var hazard = Number(options.Optional("hazard", "0.05"));
        var owned = int.Parse(options.Optional("owned", "0"), CultureInfo.InvariantCulture);
        var seed = int.Parse(options.Seed, CultureInfo.InvariantCulture);
        var provider = options.Optional("provider", "gcp");
        var speeds = QueueTrace.ReadSpeeds(Path.Combine(options.Data, "queue", "speeds.json"));
        var (types, offers, ownedPrice) = (new List<string>(), new List<RentalOffer>(), 0.0);
        foreach (var row in CsvRows.Read(Path.Combine(options.Data, "prices", "gpu_prices.csv"))
            .Where(row => row["provider"] == provider && speeds.ContainsKey(row["gpu_type"])))
        {
            var type = row["gpu_type"];
            types.Add(type);
            offers.Add(new RentalOffer($"{type}/od", Number(row["on_demand_usd_h"]), 0));
            if (type == OwnedType)
            {
                ownedPrice = OwnedShareOfOnDemand * Number(row["on_demand_usd_h"]);
            }

            if (spot && row["spot_usd_h"].Length > 0)
            {
                types.Add(type);
                offers.Add(new RentalOffer($"{type}/spot", Number(row["spot_usd_h"]), hazard));
            }
        }

        var jobs = QueueTrace.ReadJobs(Path.Combine(options.Data, "queue", $"philly_{options.Workload}.csv.gz"), types, speeds, true);
        var settings = new PlannerSettings
        {
            Profile = PlacementProfile.Cost,
            OwnedOverbooking = options.Optional("overbooking", OverbookingDefault) is var overbooking && overbooking == "none" ? null : Number(overbooking),

            // The protocol starts every job at its submission.
            RentsAtOnce = true,
        };
        var replay = new CostReplay(settings, offers, types, owned, OwnedType);
        foreach (var job in jobs)
        {
            replay.Submit(job, seed);
        }

        // Owned GPUs are paid until the last job would end at speed 1, whatever the policy.
        var windowSeconds = jobs.Max(job => job.SubmittedSeconds + job.WorkLeft);
        var ownedUsd = owned * CostReplay.GpusPerNode * ownedPrice * windowSeconds / 3_600;
        var market = (spot ? "spot" : "od") + FormattableString.Invariant($"-owned{owned}");
        TraceOutput.Write(
            Path.Combine(options.Out, "cost", options.Workload, options.Seed, market),
            "job_id,offer,start_s,nodes",
            replay.Rows,
            (log, sha256) => new TraceSummary(
                "aurora-sched-1",
                TraceOutput.Commit(),
                typeof(MeshPlanner).FullName!,
                new { profile = "cost", owned_overbooking = settings.OwnedOverbooking, rent_at_once = true, owned, spot, hazard },
                "cost",
                options.Workload,
                options.Seed,
                "durations",
                log,
                sha256,
                jobs.Count,
                TraceLatency.Of(replay.DecisionMicroseconds),
                new Dictionary<string, double>
                {
                    ["usd"] = replay.RentedUsd + ownedUsd,
                    ["usd_rented"] = replay.RentedUsd,
                    ["usd_owned"] = ownedUsd,
                    ["deadline_miss_pct"] = 100.0 * replay.Missed / jobs.Count,
                }));
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
