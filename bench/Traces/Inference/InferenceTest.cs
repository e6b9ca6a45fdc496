using System.Globalization;
using Aurora.Scheduling.Planning;
using Aurora.Scheduling.Routing;

namespace Aurora.Bench.Traces.Inference;

/// <summary>
/// T6: a workload is a trace and a fleet, such as <c>conv_4xA10</c> or <c>conv_1xH100+1xA100-40+4xA10</c>. Without
/// <c>--load</c> it searches the highest load at which 99 % of requests get their first token in time.
/// <c>--routing slots</c> routes as a mesh does for which nobody set a time for first tokens.
/// </summary>
internal static class InferenceTest
{
    private const double InTime = 0.99;

    private static readonly Dictionary<string, Replica> Models = new(StringComparer.Ordinal)
    {
        ["A10"] = new(10, new ServerSpeed(3571, 26)),
        ["A100-40"] = new(32, new ServerSpeed(8914, 67)),
        ["A100-80"] = new(64, new ServerSpeed(8914, 87)),
        ["H100"] = new(64, new ServerSpeed(28257, 143)),
    };

    private static readonly Dictionary<string, double> Limits = new(StringComparer.Ordinal) { ["conv"] = 2, ["code"] = 6 };

    public static void Run(TraceOptions options)
    {
        var parts = options.Workload.Split('_', 2);
        if (parts.Length != 2)
        {
            throw new ArgumentException("--workload must be TRACE_FLEET, such as conv_4xA10.");
        }

        var limit = options.Optional("ttft", string.Empty) is { Length: > 0 } given
            ? Number(given)
            : Limits.TryGetValue(parts[0], out var known) ? known : throw new ArgumentException($"--ttft is missing for {parts[0]}.");
        var fleet = parts[1].Split('+').SelectMany(Members).ToArray();
        var requests = CsvRows.Read(Path.Combine(options.Data, "inference", $"azure_llm_2023_{parts[0]}.csv.gz"))
            .Select(row => new InferenceRequest(
                Number(row["arrival_s"]), (int)Number(row["context_tokens"]), (int)Number(row["generated_tokens"])))
            .ToArray();
        var bySlots = options.Optional("routing", "first-token") == "slots";
        var settings = new PlannerSettings { FirstTokenWithin = bySlots ? null : TimeSpan.FromSeconds(limit) };
        var load = options.Optional("load", string.Empty) is { Length: > 0 } fixedLoad
            ? Number(fixedLoad)
            : Highest(at => Replay(fleet, requests, settings, limit, at).InTimeShare >= InTime);
        var run = Replay(fleet, requests, settings, limit, load);
        var perSecond = requests.Length / requests[^1].ArrivalSeconds;
        const double batch = 1e6;
        TraceOutput.Write(
            Path.Combine(options.Out, "infer", options.Workload, options.Seed),
            "pos,replica",
            [.. run.Replicas.Select((replica, pos) => $"{pos},{replica}")],
            (log, sha256) => new TraceSummary(
                "aurora-sched-1",
                TraceOutput.Commit(),
                typeof(MeshPlanner).FullName!,
                new { first_token_within_s = bySlots ? (double?)null : limit },
                "infer",
                options.Workload,
                options.Seed,
                "none",
                log,
                sha256,
                requests.Length,
                TraceLatency.Of(run.Microseconds),
                new Dictionary<string, double>
                {
                    ["load"] = load,
                    ["req_s"] = load * perSecond,
                    ["in_time_share"] = run.InTimeShare,
                    ["batch_req_s"] = requests.Length / Replay(fleet, requests, settings, limit, batch).LastEndSeconds,
                }));
    }

    private static (int[] Replicas, double InTimeShare, double LastEndSeconds, List<double> Microseconds) Replay(
        Replica[] fleet, InferenceRequest[] requests, PlannerSettings settings, double limit, double load)
    {
        var replay = new InferenceReplay(fleet, requests, settings);
        replay.Run(load);
        var inTime = replay.FirstTokenSeconds.Count(seconds => seconds <= limit);
        return (replay.Replicas, (double)inTime / requests.Length, replay.LastEndSeconds, replay.DecisionMicroseconds);
    }

    private static double Highest(Func<double, bool> holds)
    {
        var (low, high) = (1e-3, 1e2);
        for (var step = 0; step < 20; step++)
        {
            var middle = Math.Sqrt(low * high);
            (low, high) = holds(middle) ? (middle, high) : (low, middle);
        }

        // More load is not always worse by a hair, so the last step is to look a little further up.
        const int percents = 5;
        return Enumerable.Range(1, percents * 2).Select(half => low * (1 + (half / 200.0))).Where(holds).DefaultIfEmpty(low).Max();
    }

    private static IEnumerable<Replica> Members(string term)
    {
        var times = term.Split('x', 2);
        return times.Length == 2
            && int.TryParse(times[0], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && Models.TryGetValue(times[1], out var rate)
            ? Enumerable.Repeat(rate, count)
            : throw new ArgumentException($"{term} must be a number, x and one of {string.Join(", ", Models.Keys)}.");
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
