namespace Aurora.Bench.EndToEnd;

/// <summary>What the command line asks for.</summary>
/// <param name="Stores">"sqlite", "postgres", or both.</param>
/// <param name="Postgres">A server to use instead of one started from the machine's binaries.</param>
/// <param name="JsonFile">Where to write the results.</param>
internal sealed record E2eOptions(IReadOnlyList<string> Stores, BenchPlan Plan, string? Postgres, string? JsonFile)
{
    /// <summary>More than 1: only this many pools are compared with one.</summary>
    public int Pools { get; init; } = 1;

    /// <summary>More than 0: only a restart with this many tasks in the queue is measured.</summary>
    public int Backlog { get; init; }

    /// <summary>With a backlog, more than 0: its tasks run for so long, and the memory is measured when as many run as the nodes have slots.</summary>
    public int HeldSeconds { get; init; }

    public const string Usage =
        "usage: bench e2e [--store sqlite|postgres|both] [--quick] [--only latency,singles,batches,drain] [--nodes 1,4,100] [--rounds N] [--pools N] [--backlog TASKS [--held SECONDS]] [--postgres CONNECTION_STRING] [--json FILE]";

    /// <summary>Null when the arguments are not understood.</summary>
    public static E2eOptions? Parse(string[] args)
    {
        var options = new E2eOptions(["sqlite", "postgres"], new BenchPlan(), Postgres: null, JsonFile: null);
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i])
            {
                case "--quick":
                    options = options with { Plan = BenchPlan.Quick with { Phases = options.Plan.Phases, Nodes = options.Plan.Nodes } };
                    continue;
                case "--only" when value is not null && value.Split(',').All(BenchPlan.PhaseNames.Contains):
                    options = options with { Plan = options.Plan with { Phases = value.Split(',').ToHashSet() } };
                    break;
                case "--nodes" when value is not null && value.Split(',').All(IsNodeCount):
                    options = options with { Plan = options.Plan with { Nodes = [.. value.Split(',').Select(int.Parse)] } };
                    break;
                case "--rounds" when int.TryParse(value, out var rounds) && rounds is >= 1 and <= 100:
                    options = options with { Plan = options.Plan with { Rounds = rounds } };
                    break;
                case "--pools" when int.TryParse(value, out var pools) && pools is >= 2 and <= 16:
                    options = options with { Pools = pools };
                    break;
                case "--backlog" when int.TryParse(value, out var tasks) && tasks is >= 10_000 and <= 10_000_000:
                    options = options with { Backlog = tasks };
                    break;
                case "--held" when int.TryParse(value, out var seconds) && seconds is >= 1 and <= 3_600:
                    options = options with { HeldSeconds = seconds };
                    break;
                case "--store" when value is "both":
                    break;
                case "--store" when value is "sqlite" or "postgres":
                    options = options with { Stores = [value] };
                    break;
                case "--postgres" when value is not null:
                    options = options with { Postgres = value };
                    break;
                case "--json" when value is not null:
                    options = options with { JsonFile = value };
                    break;
                default:
                    return null;
            }

            i++;
        }

        return options;
    }

    private static bool IsNodeCount(string text) => int.TryParse(text, out var nodes) && nodes is >= 1 and <= 1_000;
}
