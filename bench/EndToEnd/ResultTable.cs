using System.Globalization;

namespace Aurora.Bench.EndToEnd;

/// <summary>The results as a person reads them.</summary>
internal static class ResultTable
{
    public static void Print(BenchResults results, TextWriter output)
    {
        Line($"{results.Processors} processors");
        Line($"bare POST              p50 {results.BarePost.OneAtATime.P50Ms} ms, p99 {results.BarePost.OneAtATime.P99Ms} ms, saturated {results.BarePost.PerSecond}/s");
        foreach (var store in results.Stores)
        {
            Line($"");
            Line($"{store.Store}");
            Line($"  one-row commits      {store.InsertLimit.OneConnection}/s over 1 connection, {store.InsertLimit.EightConnections}/s over 8");
            if (store.OneAtATime is { } latency)
            {
                Line($"  one at a time        p50 {latency.P50Ms} ms, p99 {latency.P99Ms} ms ({store.OneAtATimeToBarePost} × a bare POST)   cpu µs/task: {Cpu(store.OneAtATimeCpuPerTask!)}");
            }

            foreach (var run in store.Throughputs)
            {
                var what = run.BatchSize == 1 ? "single submits" : $"batches of {run.BatchSize}";
                Line($"  {run.Nodes,3} nodes, {what,-17}  {run.TasksPerSecond,6}/s end to end, {run.AcceptedPerSecond,6}/s accepted, request p50 {run.Request.P50Ms} ms p99 {run.Request.P99Ms} ms   cpu µs/task: {Cpu(run.CpuPerTask)}   rounds: {string.Join(' ', run.Rounds)}");
            }

            foreach (var drain in store.Drains)
            {
                Line($"  {drain.Depth,6} in line         {drain.TasksPerSecond,6}/s drained while refilled, {drain.EmptiedPerSecond,6}/s until empty, {drain.PreloadedPerSecond}/s accepted before   cpu µs/task: {Cpu(drain.CpuPerTask)}");
            }

            Ratio("single submits / bare POSTs", store.SinglesToBarePost);
            Ratio("single submits / one-row commits", store.SinglesToInsertLimit);
            foreach (var (batchSize, ratio) in store.MostToFewNodes)
            {
                Ratio($"most nodes / few, {batchSize} a request", ratio);
            }

            Ratio("deepest queue / shallowest", store.DeepToShallow);
        }

        void Ratio(string of, double? value)
        {
            if (value is not null)
            {
                Line($"  {of,-36}  {value}");
            }
        }

        void Line(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
    }

    private static string Cpu(Dictionary<string, double> perTask) => string.Join(
        ", ", perTask.Select(party => string.Create(CultureInfo.InvariantCulture, $"{party.Key} {party.Value}")));
}
