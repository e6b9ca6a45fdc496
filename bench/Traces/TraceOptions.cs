namespace Aurora.Bench.Traces;

/// <summary>The arguments of one trace run, <c>--name value</c> each.</summary>
internal sealed class TraceOptions
{
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    /// <summary>Throws <see cref="ArgumentException"/> on an argument without a name or a value.</summary>
    public TraceOptions(IReadOnlyList<string> args)
    {
        for (var at = 0; at < args.Count; at += 2)
        {
            if (!args[at].StartsWith("--", StringComparison.Ordinal) || at + 1 == args.Count)
            {
                throw new ArgumentException($"{args[at]}: arguments are --name value.");
            }

            values[args[at][2..]] = args[at + 1];
        }
    }

    public string Test => Required("test");

    public string Workload => Required("workload");

    public string Seed => Optional("seed", "1");

    public string Data => Required("data");

    public string Out => Required("out");

    public string Optional(string name, string otherwise) => values.GetValueOrDefault(name, otherwise);

    private string Required(string name) =>
        values.GetValueOrDefault(name) ?? throw new ArgumentException($"--{name} is missing.");
}
