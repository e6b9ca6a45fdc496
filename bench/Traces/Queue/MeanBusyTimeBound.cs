namespace Aurora.Bench.Traces.Queue;

/// <summary>
/// A mean completion time that no schedule can be under. One machine as fast as all GPUs together, which always works on the task with the least
/// work, has the smallest sum of mean busy times (Goemans, Queyranne, Schulz, Skutella and Wang, "Single machine scheduling with release dates",
/// SIAM Journal on Discrete Mathematics 15, 2002), and a task ends at least half its duration after its own mean busy time, since it cannot use
/// more GPUs than it asks for. Restarts cost nothing here, and each task runs at its best speed everywhere.
/// </summary>
internal static class MeanBusyTimeBound
{
    /// <summary>Hours; the jobs by submission, not replayed yet.</summary>
    public static double MeanHours(IReadOnlyList<QueueJob> jobs, int gpus)
    {
        var left = jobs.Select(job => Seconds(job) * job.Task.Gpus / gpus).ToArray();
        var whole = left.ToArray();
        var byWork = new PriorityQueue<int, double>();
        var (now, next, sum) = (0.0, 0, 0.0);
        while (next < jobs.Count || byWork.Count > 0)
        {
            if (byWork.Count == 0)
            {
                now = Math.Max(now, jobs[next].SubmittedSeconds);
            }

            for (; next < jobs.Count && jobs[next].SubmittedSeconds <= now; next++)
            {
                byWork.Enqueue(next, whole[next]);
            }

            var least = byWork.Peek();
            var worked = Math.Min(left[least], next < jobs.Count ? jobs[next].SubmittedSeconds - now : double.PositiveInfinity);
            sum += worked / whole[least] * (now + (worked / 2));
            now += worked;
            left[least] -= worked;
            if (left[least] <= whole[least] * 1e-12)
            {
                byWork.Dequeue();
            }
        }

        return (sum + jobs.Sum(job => (Seconds(job) / 2) - job.SubmittedSeconds)) / jobs.Count / 3600;
    }

    private static double Seconds(QueueJob job) => job.WorkLeft / job.Task.SpeedByType.Max();
}
