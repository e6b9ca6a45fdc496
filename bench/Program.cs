using Aurora.Bench.Placement;

var benches = new Dictionary<string, Func<string[], int>>(StringComparer.Ordinal)
{
    ["placement"] = PlacementBench.Run,
};

if (args.Length > 0 && benches.TryGetValue(args[0], out var bench))
{
    return bench(args[1..]);
}

Console.Error.WriteLine($"usage: bench {string.Join('|', benches.Keys)} [--json FILE]");
return 2;
