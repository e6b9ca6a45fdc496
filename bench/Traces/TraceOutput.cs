using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Aurora.Bench.Traces;

/// <summary>Writes the decision log and the summary of a run.</summary>
internal static class TraceOutput
{
    private const string LogName = "decisions.csv.gz";
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    public static void Write(
        string folder,
        string header,
        IReadOnlyList<string> rows,
        Func<string, string, TraceSummary> summarise)
    {
        Directory.CreateDirectory(folder);
        var log = Path.Combine(folder, LogName);
        using (var gzip = new GZipStream(File.Create(log), CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.UTF8.GetBytes(string.Join('\n', [header, .. rows, string.Empty])));
        }

        var summary = summarise(LogName, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(log))));
        File.WriteAllText(Path.Combine(folder, "summary.json"), JsonSerializer.Serialize(summary, Json));
        Console.WriteLine($"{summary.Test} {summary.Workload} seed {summary.Seed} {summary.Knowledge}: "
            + string.Join(", ", summary.Claimed.Select(pair => FormattableString.Invariant($"{pair.Key} {pair.Value:0.###}"))));
    }

    /// <summary>The commit of the working folder; "unknown" outside a repository.</summary>
    public static string Commit()
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", "rev-parse HEAD")
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
            var commit = git?.StandardOutput.ReadToEnd().Trim();
            return string.IsNullOrEmpty(commit) ? "unknown" : commit;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "unknown";
        }
    }
}
