using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using Aurora.Scheduling.QueuePolicy;

namespace Aurora.Bench.Traces.Queue;

/// <summary>
/// Replays a job trace through the planner that a mesh dispatches by, with <see cref="QueueProfile.LeastAttained"/> and preemption: submit,
/// drain, preempt, and back in line. For nodes of one GPU type and jobs that fit on one node. A preempted attempt leaves at once, with a
/// checkpoint, and what jobs took is not learnt.
/// </summary>
internal sealed class PlannerReplay
{
    private const double Tick = 1e-6;
    private const double ReviewStep = 1;
    private const long GpuBytes = 1L << 34;

    private static readonly DateTimeOffset Begin = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly IReadOnlyList<QueueJob> jobs;
    private readonly MeshPlanner planner = new(new PlannerSettings { Queue = QueueProfile.LeastAttained, Preemption = true, ReserveAfter = TimeSpan.Zero });
    private readonly ServiceOrder order = new(QueueProfiles.LeastAttained);
    private readonly Dictionary<string, QueueJob> active = new(StringComparer.Ordinal);
    private readonly IdleMeter idle;
    private double now;

    public PlannerReplay(IReadOnlyList<QueueJob> jobs, IReadOnlyList<GpuNode> nodes)
    {
        if (nodes.DistinctBy(node => node.Type).Count() > 1 || jobs.Any(job => job.Task.Gpus > nodes.Max(node => node.Gpus)))
        {
            throw new ArgumentException("--dispatch planner needs nodes of one GPU type, and jobs that fit on one of them.");
        }

        this.jobs = jobs;
        idle = new IdleMeter(nodes);
        for (var node = 0; node < nodes.Count; node++)
        {
            planner.UpsertNode(
                new NodeFacts(Name(node), 1, [.. Enumerable.Range(0, nodes[node].Gpus).Select(gpu => new GpuFacts(gpu, "V100", GpuBytes))], nodes[node].Gpus, new HashSet<string> { "training" }),
                available: true);
        }
    }

    public List<QueueRun> Runs { get; } = [];

    public List<double> DecisionMicroseconds { get; } = [];

    public int Preemptions { get; private set; }

    public double IdleAvoidablePercent => idle.Percent(now);

    public void Run()
    {
        var next = 0;
        while (next < jobs.Count || active.Count > 0)
        {
            var running = active.Values.Where(job => job.Task.IsRunning).ToList();
            var at = next < jobs.Count ? jobs[next].SubmittedSeconds : double.PositiveInfinity;
            foreach (var job in running)
            {
                at = Math.Min(at, Math.Max(now, job.WorksFromSeconds) + job.WorkLeft);
                at = Math.Min(at, now + Math.Max(ReviewStep, order.SecondsToReview(job.Task)));
            }

            idle.Advance(now, at, active.Values.Select(job => job.Task));
            foreach (var job in running)
            {
                job.Task.AttainedGpuSeconds += (at - now) * job.Task.Gpus;
                job.WorkLeft -= Math.Max(0, at - Math.Max(now, job.WorksFromSeconds));
            }

            now = at;
            planner.Advance(Time);
            running.Where(job => job.WorkLeft <= Tick).ToList().ForEach(End);
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            while (next < jobs.Count && jobs[next].SubmittedSeconds <= now)
            {
                var job = jobs[next++];
                active.Add(job.Id, job);
                Start(planner.Submit(
                    new PendingTask(job.Id, new TaskShape("training", job.Task.Gpus, GpuBytes, null), 5, Begin.AddSeconds(job.SubmittedSeconds), 0), Time));
            }

            Place();
            while (planner.Preempt(Time) is { } preemption)
            {
                foreach (var victim in preemption.Victims)
                {
                    Stop(active[victim.Task.TaskId]);
                    Preemptions++;
                    planner.RequeuePreempted(victim.Task.TaskId, victim.Attempt, preemption.Task.TaskId);
                }

                Place();
            }

            DecisionMicroseconds.Add(System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalMicroseconds);
        }
    }

    private DateTimeOffset Time => Begin.AddSeconds(now);

    private static string Name(int node) => FormattableString.Invariant($"n{node:000}");

    private void Place()
    {
        foreach (var placement in planner.Drain(Time, int.MaxValue))
        {
            Start(placement);
        }
    }

    private void Start(Scheduling.Model.Placement? placement)
    {
        if (placement is not null)
        {
            var job = active[placement.Task.TaskId];
            job.StartedSeconds = now;
            job.WorksFromSeconds = now + (job.HasRun ? QueueProfiles.LeastAttained.RestartSeconds : 0);
            job.HasRun = true;
            job.Task.Place = [new GpuShare(int.Parse(placement.NodeId[1..], System.Globalization.CultureInfo.InvariantCulture), placement.Gpus.Count)];
        }
    }

    private void Stop(QueueJob job)
    {
        if (now > job.StartedSeconds)
        {
            Runs.Add(new QueueRun(job.Id, job.StartedSeconds, now, job.Task.Place));
        }

        job.Task.Place = [];
    }

    private void End(QueueJob job)
    {
        job.EndedSeconds = now;
        Stop(job);
        planner.Release(job.Id, planner.FindPlacement(job.Id)!.Attempt);
        active.Remove(job.Id);
    }
}
