using Aurora.Chaos.Checker.Evidence;

namespace Aurora.Chaos.Checker.Checks;

/// <summary>One promise, and how a run's evidence shows that it was kept or broken.</summary>
public interface ICheck
{
    /// <summary>Short name, e.g. <c>C1</c>.</summary>
    string Id { get; }

    /// <summary>The promise in a few words.</summary>
    string Promise { get; }

    CheckResult Judge(RunEvidence run);
}

/// <summary>What a check found.</summary>
public enum Verdict
{
    /// <summary>The promise was kept as far as the evidence reaches.</summary>
    Kept,

    /// <summary>The evidence shows that it was broken.</summary>
    Broken,

    /// <summary>The run has no evidence about it; <see cref="CheckResult.Findings"/> says why.</summary>
    Unanswered,
}

/// <summary>The outcome of one check.</summary>
/// <param name="Findings">What broke it, the first of them in words.</param>
/// <param name="FindingCount">How many there are.</param>
/// <param name="Figures">What was counted or measured on the way.</param>
public sealed record CheckResult(
    string Id, string Promise, Verdict Verdict, IReadOnlyList<string> Findings, int FindingCount, IReadOnlyDictionary<string, double> Figures);
