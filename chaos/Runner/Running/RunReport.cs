using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Aurora.Chaos.Checker.Reporting;

namespace Aurora.Chaos.Runner.Running;

/// <summary>The verdict, and what only the runner can know.</summary>
internal sealed class RunReport
{
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The whole run.</summary>
    public double Seconds { get; set; }

    /// <summary>From the end of load and faults until every task had ended.</summary>
    public double SettleSeconds { get; set; }

    /// <summary>Times that a server ended without being told to, by its name.</summary>
    public SortedDictionary<string, int> UnexpectedExits { get; } = new(StringComparer.Ordinal);

    /// <summary>Resident memory at the end, by server.</summary>
    public SortedDictionary<string, long> ResidentMegabytes { get; } = new(StringComparer.Ordinal);

    /// <summary>What the plan asked for beyond the promises of every run and did not get.</summary>
    public List<string> Limits { get; } = [];

    /// <summary>Whether the run did what its plan is for.</summary>
    public bool Kept { get; set; }

    /// <summary>Processes that wanted to run on this machine, over the last minute.</summary>
    public string LoadAverage { get; set; } = "";

    public RunVerdict? Verdict { get; set; }

    /// <summary>The report for people.</summary>
    public string Text() => VerdictText.Of(Verdict!) + string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {(Kept ? "as planned" : "NOT AS PLANNED")}{string.Concat(Limits.Select(limit => $"; {limit}"))}
        load average {LoadAverage}; run {Seconds} s, settled {SettleSeconds} s after load and faults
        ended by themselves: {Listing(UnexpectedExits)}
        resident MB: {Listing(ResidentMegabytes)}

        """);

    public async Task WriteAsync(string directory)
    {
        await File.WriteAllTextAsync(Path.Combine(directory, "report.txt"), Text());
        await File.WriteAllTextAsync(Path.Combine(directory, "report.json"), JsonSerializer.Serialize(this, RunReportJson.Default.RunReport));
    }

    private static string Listing<T>(IReadOnlyDictionary<string, T> entries) =>
        entries.Count == 0 ? "none" : string.Join(", ", entries.Select(entry => $"{entry.Key} {entry.Value}"));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(RunReport))]
internal sealed partial class RunReportJson : JsonSerializerContext;
