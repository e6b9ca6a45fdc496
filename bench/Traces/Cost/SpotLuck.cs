namespace Aurora.Bench.Traces.Cost;

/// <summary>How long a run takes with interruptions drawn for one (seed, job), so that every policy has the same luck.</summary>
internal static class SpotLuck
{
    public static double RunSeconds(int seed, int job, double workSeconds, int gpus, double hazardPerHour, double checkpoint, double restart)
    {
        var random = new Random(HashCode32(seed, job));
        var rate = hazardPerHour * Math.Max(1, gpus / 8.0) / 3_600;
        var (done, elapsed) = (0.0, 0.0);
        while (rate > 0)
        {
            var until = -Math.Log(1 - random.NextDouble()) / rate;
            if (done + until >= workSeconds)
            {
                break;
            }

            // Work goes on from the last checkpoint.
            done = Math.Floor((done + until) / checkpoint) * checkpoint;
            elapsed += until + restart;
        }

        return elapsed + workSeconds - done;
    }

    private static int HashCode32(int seed, int job) => unchecked((seed * 1_000_003) ^ (job * 7_919));
}
