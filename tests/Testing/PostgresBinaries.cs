using System.Globalization;

namespace Aurora.Testing;

/// <summary>Where this machine keeps PostgreSQL's programs.</summary>
internal static class PostgresBinaries
{
    /// <summary>A folder with both postgres and initdb, the newest release first; null when there is none.</summary>
    public static string? Find()
    {
        var installed = Folders("/usr/lib/postgresql").Concat(Folders("/opt/homebrew/opt")).Concat(Folders("/usr/local/opt"))
            .Select(folder => Path.Combine(folder, "bin"));
        var searched = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return installed.Concat(searched).FirstOrDefault(folder => Has(folder, "postgres") && Has(folder, "initdb"));
    }

    private static IEnumerable<string> Folders(string root)
        => Directory.Exists(root) ? Directory.GetDirectories(root).OrderByDescending(Version) : [];

    private static int Version(string folder)
        => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;

    private static bool Has(string folder, string program)
        => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? program + ".exe" : program));
}
