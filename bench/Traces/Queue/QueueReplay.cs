using System.Diagnostics;
using Aurora.Scheduling.QueuePolicy;

namespace Aurora.Bench.Traces.Queue;

/// <summary>
/// Replays a job trace through the queue policy. A round runs at each submission, at each end and whenever the policy
/// asks for a review; between rounds every running job progresses at the speed of its GPUs.
/// </summary>
internal sealed class QueueReplay
{
    private const double Tick = 1e-6;
    private const double ReviewStep = 1e-3;

    private readonly IReadOnlyList<QueueJob> jobs;
    private readonly IReadOnlyList<GpuNode> nodes;
    private readonly QueuePolicySettings settings;
    private readonly bool durationsKnown;
    private readonly QueueRound round;
    private readonly ServiceOrder order;
    private readonly Dictionary<QueuedTask, QueueJob> active = [];
    private readonly IdleMeter idle;
    private double now;

    public QueueReplay(
        IReadOnlyList<QueueJob> jobs, IReadOnlyList<GpuNode> nodes, QueuePolicySettings settings, bool durationsKnown)
    {
        this.jobs = jobs;
        this.nodes = nodes;
        this.settings = settings;
        this.durationsKnown = durationsKnown;
        round = new QueueRound(settings);
        order = new ServiceOrder(settings);
        idle = new IdleMeter(nodes);
    }

    public List<QueueRun> Runs { get; } = [];

    public List<double> DecisionMicroseconds { get; } = [];

    public int Preemptions { get; private set; }

    /// <summary>GPU time idle while a waiting job would fit on it, in percent of all GPU time.</summary>
    public double IdleAvoidablePercent => idle.Percent(now);

    public IReadOnlyList<QueueJob> Run()
    {
        var next = 0;
        while (next < jobs.Count || active.Count > 0)
        {
            var running = active.Values.Where(job => job.Task.IsRunning).ToList();
            var at = next < jobs.Count ? jobs[next].SubmittedSeconds : double.PositiveInfinity;
            foreach (var job in running)
            {
                at = Math.Min(at, Math.Max(now, job.WorksFromSeconds) + (job.WorkLeft / job.Speed));
                at = Math.Min(at, now + Math.Max(ReviewStep, order.SecondsToReview(job.Task)));
            }

            if (double.IsInfinity(at))
            {
                throw new InvalidOperationException($"{active.Count} jobs wait and nothing runs: they need more GPUs than there are.");
            }

            idle.Advance(now, at, active.Keys);
            running.ForEach(job => Progress(job, at));
            now = at;
            while (next < jobs.Count && jobs[next].SubmittedSeconds <= now)
            {
                active.Add(jobs[next].Task, jobs[next]);
                next++;
            }

            Decide();
        }

        return jobs;
    }

    private void Progress(QueueJob job, double until)
    {
        job.Task.AttainedGpuSeconds += (until - now) * job.Task.Place.Sum(share => share.Gpus);
        job.WorkLeft -= Math.Max(0, until - Math.Max(now, job.WorksFromSeconds)) * job.Speed;
        if (durationsKnown)
        {
            job.Task.RemainingSeconds = Math.Max(0, job.WorkLeft);
        }

        if (job.WorkLeft <= Tick)
        {
            job.EndedSeconds = until;
            Runs.Add(new QueueRun(job.Id, job.StartedSeconds, until, job.Task.Place));
            active.Remove(job.Task);
        }
    }

    private void Decide()
    {
        QueuedTask[] tasks = [.. active.Keys];
        var started = Stopwatch.GetTimestamp();
        var plan = round.Plan(tasks, nodes);
        DecisionMicroseconds.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
        foreach (var task in plan.Stops)
        {
            var job = active[task];
            if (now > job.StartedSeconds)
            {
                Runs.Add(new QueueRun(job.Id, job.StartedSeconds, now, task.Place));
                Preemptions++;
            }

            task.Place = [];
        }

        foreach (var (task, place) in plan.Starts)
        {
            var job = active[task];
            job.StartedSeconds = now;
            job.WorksFromSeconds = now + (job.HasRun ? settings.RestartSeconds : 0);
            job.Speed = task.SpeedByType[nodes[place[0].Node].Type];
            job.HasRun = true;
            task.Place = place;
        }
    }
}
