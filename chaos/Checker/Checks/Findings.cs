namespace Aurora.Chaos.Checker.Checks;

/// <summary>Collects what a check finds: the first ones in words, and how many there are.</summary>
internal sealed class Findings(ICheck check)
{
    private const int WordsKept = 20;

    private readonly List<string> words = [];
    private readonly SortedDictionary<string, double> figures = new(StringComparer.Ordinal);
    private int count;
    private string? unanswered;

    public void Add(string finding)
    {
        count++;
        if (words.Count < WordsKept)
        {
            words.Add(finding);
        }
    }

    public void Count(string figure, double by = 1) => figures[figure] = figures.GetValueOrDefault(figure) + by;

    public void Measure(string figure, double value) => figures[figure] = Math.Round(value, 3);

    /// <summary>Says that there is no evidence, unless something broken is found all the same.</summary>
    public void NoEvidence(string why) => unanswered = why;

    public CheckResult Result() => count == 0 && unanswered is not null
        ? new CheckResult(check.Id, check.Promise, Verdict.Unanswered, [unanswered], 0, figures)
        : new CheckResult(check.Id, check.Promise, count == 0 ? Verdict.Kept : Verdict.Broken, words, count, figures);
}
