using Aurora.Scheduling.Packing;

namespace Aurora.Bench.Traces.Packing;

/// <summary>Log and summary of the tests that run the `pack` profile.</summary>
internal static class PackingOutput
{
    public static void Write(
        TraceOptions options, string test, PackSettings settings, IReadOnlyList<string> rows,
        IReadOnlyCollection<double> decisionMicroseconds, IReadOnlyDictionary<string, double> claimed) => Write(
            options, test, test, "pos,node,gpus", typeof(PackingMesh).FullName!,
            new { profile = "pack", settings.Scarcity, settings.SizeDiscount, settings.ChurnSizeWeight, settings.ChurnShareWeight, cover = DemandMix.CoverDefault },
            "distribution", rows, decisionMicroseconds, claimed);

    public static void Write(
        TraceOptions options, string folder, string test, string header, string scorer, object config, string knowledge,
        IReadOnlyList<string> rows, IReadOnlyCollection<double> decisionMicroseconds, IReadOnlyDictionary<string, double> claimed) =>
        TraceOutput.Write(
            Path.Combine(options.Out, folder, options.Workload, options.Seed),
            header,
            rows,
            (log, sha256) => new TraceSummary(
                "aurora-sched-1",
                TraceOutput.Commit(),
                scorer,
                config,
                test,
                options.Workload,
                options.Seed,
                knowledge,
                log,
                sha256,
                decisionMicroseconds.Count,
                TraceLatency.Of(decisionMicroseconds),
                claimed));
}
