using System.Globalization;
using System.Text;
using Aurora.Chaos.Checker.Checks;

namespace Aurora.Chaos.Checker.Reporting;

/// <summary>The report for people.</summary>
public static class VerdictText
{
    public static string Of(RunVerdict verdict)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"{verdict.Profile}, seed {verdict.Seed}: {verdict.Outcome.ToString().ToUpperInvariant()}");
        foreach (var reason in verdict.Reasons)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {reason}");
        }

        var kinds = string.Join(", ", verdict.FaultsByKind.Select(kind => $"{kind.Key} {kind.Value}"));
        text.AppendLine(CultureInfo.InvariantCulture, $"faults hit {verdict.FaultsHit} of {verdict.FaultsPlanned} planned ({kinds})");
        text.AppendLine(CultureInfo.InvariantCulture, $"tasks {verdict.Tasks}, submits of unknown outcome {verdict.UnknownRequests}");
        foreach (var check in verdict.Checks)
        {
            var findings = check.Verdict == Verdict.Broken ? $" ({check.FindingCount} findings)" : "";
            text.AppendLine(CultureInfo.InvariantCulture, $"{check.Id,-4}{check.Verdict,-11}{check.Promise}{findings}");
            foreach (var finding in check.Findings)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"      {finding}");
            }

            if (check.Figures.Count > 0)
            {
                text.AppendLine("      " + string.Join("  ", check.Figures.Select(figure =>
                    string.Create(CultureInfo.InvariantCulture, $"{figure.Key}={figure.Value}"))));
            }
        }

        return text.ToString();
    }
}
