using Aurora.Bench.EndToEnd;
using Aurora.Bench.EndToEnd.Limits;
using Aurora.Bench.Inference;
using Aurora.Bench.Placement;
using Aurora.Bench.Replay;
using Aurora.Bench.Traces;

var benches = new Dictionary<string, Func<string[], int>>(StringComparer.Ordinal)
{
    ["placement"] = PlacementBench.Run,
    ["traces"] = TracesBench.Run,
    ["replay"] = ReplayBench.Run,
    ["e2e"] = E2eBench.Run,
    ["inference"] = InferenceBench.Run,
    [InferenceBench.ServerVerb] = InferenceBench.Serve,
};

// The bench starts itself under this verb, to measure what a bare POST costs.
if (args is [KestrelLimit.Verb, ..])
{
    return KestrelLimit.Serve(args[1..]);
}

if (args.Length > 0 && benches.TryGetValue(args[0], out var bench))
{
    return bench(args[1..]);
}

Console.Error.WriteLine($"usage: bench {string.Join('|', benches.Keys)} [--json FILE]");
return 2;
