using System.Globalization;
using Aurora.Scheduling.Planning;
using Aurora.Scheduling.QueuePolicy;

namespace Aurora.Bench.Traces.Queue;

/// <summary>
/// T3: a workload is a trace and a node list, such as <c>vc3_homog64</c>. <c>--queue</c> chooses another policy than the one of the
/// knowledge, <c>--dispatch planner</c> the planner of a mesh in the place of a round.
/// </summary>
internal static class QueueTest
{
    private const double Hour = 3600;

    public static void Run(TraceOptions options)
    {
        var parts = options.Workload.Split('_', 2);
        if (parts.Length != 2)
        {
            throw new ArgumentException("--workload must be TRACE_NODES, such as vc3_homog64.");
        }

        var knowledge = options.Optional("knowledge", "none");
        if (knowledge is not ("none" or "durations"))
        {
            throw new ArgumentException("--knowledge must be none or durations.");
        }

        var durationsKnown = knowledge == "durations";
        var policy = options.Optional("queue", durationsKnown ? "shortest-remaining" : "least-attained");
        var settings = policy switch
        {
            "least-attained" => QueueProfiles.LeastAttained,
            "shortest-remaining" when durationsKnown => QueueProfiles.ShortestRemaining,
            _ => throw new ArgumentException("--queue must be least-attained, or with --knowledge durations shortest-remaining."),
        };
        if (options.Optional("work-conserving", "false") == "true")
        {
            settings = settings with { EfficiencyFloor = 0 };
        }

        var folder = Path.Combine(options.Data, "queue");
        var (nodes, types) = QueueTrace.ReadNodes(Path.Combine(folder, $"nodes_{parts[1]}.csv"));
        var jobs = QueueTrace.ReadJobs(
            Path.Combine(folder, $"philly_{parts[0]}.csv.gz"),
            types,
            QueueTrace.ReadSpeeds(Path.Combine(folder, "speeds.json")),
            durationsKnown);
        var bound = MeanBusyTimeBound.MeanHours(jobs, nodes.Sum(node => node.Gpus));
        var byPlanner = options.Optional("dispatch", "round") == "planner";
        var (runs, latencies, idle, preemptions) = byPlanner ? ByPlanner(jobs, nodes) : ByRound(new QueueReplay(jobs, nodes, settings, durationsKnown));
        string[] rows = [.. runs.Select(Row)];
        TraceOutput.Write(
            Path.Combine(options.Out, "queue", options.Workload, options.Seed, byPlanner ? $"{knowledge}-planner" : durationsKnown && policy == "least-attained" ? $"{knowledge}-{policy}" : knowledge),
            "job_id,start_s,end_s,nodes",
            rows,
            (log, sha256) => new TraceSummary(
                "aurora-sched-1",
                TraceOutput.Commit(),
                (byPlanner ? typeof(MeshPlanner) : typeof(QueueRound)).FullName!,
                settings,
                "queue",
                options.Workload,
                options.Seed,
                knowledge,
                log,
                sha256,
                rows.Length,
                TraceLatency.Of(latencies),
                Metrics(jobs, bound, idle, preemptions)));
    }

    private static (List<QueueRun> Runs, List<double> Microseconds, double Idle, int Preemptions) ByRound(QueueReplay replay)
    {
        replay.Run();
        return (replay.Runs, replay.DecisionMicroseconds, replay.IdleAvoidablePercent, replay.Preemptions);
    }

    private static (List<QueueRun> Runs, List<double> Microseconds, double Idle, int Preemptions) ByPlanner(List<QueueJob> jobs, List<GpuNode> nodes)
    {
        var replay = new PlannerReplay(jobs, nodes);
        replay.Run();
        return (replay.Runs, replay.DecisionMicroseconds, replay.IdleAvoidablePercent, replay.Preemptions);
    }

    private static string Row(QueueRun run) => string.Create(
        CultureInfo.InvariantCulture,
        $"{run.JobId},{run.StartSeconds:0.######},{run.EndSeconds:0.######},{string.Join(';', run.Place.Select(share => $"{share.Node}:{share.Gpus}"))}");

    private static Dictionary<string, double> Metrics(List<QueueJob> jobs, double bound, double idle, int preemptions)
    {
        var hours = jobs.Select(job => (job.EndedSeconds - job.SubmittedSeconds) / Hour).Order().ToArray();
        return new Dictionary<string, double>
        {
            ["mean_jct_h"] = hours.Average(),
            ["mean_jct_bound_h"] = bound,
            ["median_jct_h"] = hours[hours.Length / 2],
            ["p99_jct_h"] = hours[(int)(hours.Length * 0.99)],
            ["makespan_h"] = jobs.Max(job => job.EndedSeconds) / Hour,
            ["idle_avoidable"] = idle,
            ["preemptions"] = preemptions,
        };
    }
}
