namespace Aurora.Chaos.Checker.Evidence;

/// <summary>One fault from its injection to its end.</summary>
/// <param name="Begin">Monotonic clock, in nanoseconds.</param>
/// <param name="End">The same; the end of the run when nothing says that it ended.</param>
public sealed record FaultWindow(int Fault, string Kind, string Target, long Begin, long End, bool Hit, IReadOnlySet<string> Nodes)
{
    /// <summary>Whether a silo was killed, frozen, stopped or cut off.</summary>
    public bool IsOfSilo => Kind.Contains("silo", StringComparison.Ordinal);

    /// <summary>Puts each fault's lines together; in order of their begin.</summary>
    public static List<FaultWindow> From(IEnumerable<FaultEvent> log) =>
    [
        .. log.GroupBy(line => line.Fault)
            .Where(lines => lines.Any(line => line.Step == FaultStep.Begin))
            .Select(lines =>
            {
                var begin = lines.First(line => line.Step == FaultStep.Begin);
                return new FaultWindow(
                    begin.Fault,
                    begin.Kind,
                    begin.Target,
                    begin.At,
                    lines.FirstOrDefault(line => line.Step == FaultStep.End)?.At ?? long.MaxValue / 2,
                    lines.Any(line => line.Step == FaultStep.Hit),
                    lines.SelectMany(line => line.Nodes).ToHashSet(StringComparer.Ordinal));
            })
            .OrderBy(window => window.Begin),
    ];
}
