using System.Diagnostics;
using System.Globalization;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;

namespace Aurora.Bench.Traces.Inference;

/// <summary>
/// Replays requests through the planner that a mesh dispatches by, against modelled servers as its nodes: a slot, then the server's one prefill
/// unit, then decoding. The planner hears of a request when it arrives and when it ends; one that finds no slot free waits in the mesh's line.
/// </summary>
internal sealed class InferenceReplay
{
    private const string Model = "model";

    private static readonly DateTimeOffset Begin = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly IReadOnlyList<Replica> fleet;
    private readonly InferenceRequest[] requests;
    private readonly MeshPlanner planner;
    private readonly PriorityQueue<(int Number, int Attempt), double> ends = new();
    private readonly double[] prefillFree;
    private double load;

    public InferenceReplay(IReadOnlyList<Replica> fleet, InferenceRequest[] requests, PlannerSettings settings)
    {
        (this.fleet, this.requests) = (fleet, requests);
        (Replicas, FirstTokenSeconds, prefillFree) = (new int[requests.Length], new double[requests.Length], new double[fleet.Count]);
        planner = new MeshPlanner(settings);
        HashSet<string> models = [Model];
        for (var replica = 0; replica < fleet.Count; replica++)
        {
            var (slots, speed) = (fleet[replica].Slots, fleet[replica].Speed);
            planner.UpsertNode(
                new NodeFacts(Name(replica), 1, [], slots, new HashSet<string> { "llm_inference" }) { Models = new ModelFacts(models, models, slots) { Speed = speed } },
                available: true);
        }
    }

    /// <summary>The replica of each request.</summary>
    public int[] Replicas { get; }

    /// <summary>Seconds from its arrival to its first token.</summary>
    public double[] FirstTokenSeconds { get; }

    public List<double> DecisionMicroseconds { get; } = [];

    public double LastEndSeconds { get; private set; }

    /// <summary>Routes every request; a load divides all arrival times.</summary>
    public void Run(double load)
    {
        this.load = load;
        for (var number = 0; number < requests.Length; number++)
        {
            var now = Arrival(number);
            EndUntil(now);
            var task = new PendingTask(Name(number), new TaskShape("llm_inference", 0, 0, null) { Model = Model }, 5, Time(now), 0)
            {
                ContextTokens = requests[number].ContextTokens,
            };
            var started = Stopwatch.GetTimestamp();
            var placement = planner.Submit(task, Time(now));
            DecisionMicroseconds.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
            Start(placement, now);
        }

        EndUntil(double.PositiveInfinity);
    }

    private static string Name(int number) => number.ToString("D6", CultureInfo.InvariantCulture);

    private static int NumberOf(string name) => int.Parse(name, CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(double seconds) => Begin.AddSeconds(seconds);

    private double Arrival(int number) => requests[number].ArrivalSeconds / load;

    private void EndUntil(double until)
    {
        while (ends.TryPeek(out var ended, out var at) && at <= until)
        {
            ends.Dequeue();
            planner.Complete(Name(ended.Number), ended.Attempt, Time(at));
            foreach (var placement in planner.Drain(Time(at), int.MaxValue))
            {
                Start(placement, at);
            }
        }
    }

    private void Start(Scheduling.Model.Placement? placement, double now)
    {
        if (placement is null)
        {
            return;
        }

        var (number, replica) = (NumberOf(placement.Task.TaskId), NumberOf(placement.NodeId));
        var (request, speed) = (requests[number], fleet[replica].Speed);
        var first = Math.Max(now, prefillFree[replica]) + (request.ContextTokens / speed.PrefillTokensPerSecond);
        var done = first + (request.GeneratedTokens / speed.DecodeTokensPerSecond);
        prefillFree[replica] = first;
        ends.Enqueue((number, placement.Attempt), done);
        (Replicas[number], FirstTokenSeconds[number]) = (replica, first - Arrival(number));
        LastEndSeconds = Math.Max(LastEndSeconds, done);
    }
}
