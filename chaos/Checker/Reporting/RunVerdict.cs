using System.Text.Json.Serialization;
using Aurora.Chaos.Checker.Checks;

namespace Aurora.Chaos.Checker.Reporting;

/// <summary>What a run proves.</summary>
public enum RunOutcome
{
    /// <summary>The faults bit and every answered check held.</summary>
    Passed,

    /// <summary>At least one promise was broken.</summary>
    Failed,

    /// <summary>Nothing was broken, and the faults did not bite enough to break it.</summary>
    Invalid,
}

/// <summary>The whole report of a run.</summary>
/// <param name="Reasons">Why it is not passed.</param>
/// <param name="UnknownRequests">Submits whose outcome the client could not know.</param>
public sealed record RunVerdict(
    RunOutcome Outcome,
    IReadOnlyList<string> Reasons,
    long Seed,
    string Profile,
    string Commit,
    int FaultsPlanned,
    int FaultsHit,
    IReadOnlyDictionary<string, int> FaultsByKind,
    int Tasks,
    int UnknownRequests,
    IReadOnlyList<CheckResult> Checks);

/// <summary>The report's JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(RunVerdict))]
public sealed partial class VerdictJson : JsonSerializerContext;
