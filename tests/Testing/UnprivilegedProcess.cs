using System.Diagnostics;

namespace Aurora.Testing;

/// <summary>PostgreSQL refuses to run as root; under root its programs run as another user.</summary>
internal static class UnprivilegedProcess
{
    private static bool IsRoot => !OperatingSystem.IsWindows() && Environment.UserName == "root";

    // The packages create "postgres"; "nobody" is everywhere.
    private static string User
        => File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";

    public static ProcessStartInfo Describe(string program, params string[] arguments)
    {
        string[] command = IsRoot ? [.. AsUser(), program, .. arguments] : [program, .. arguments];
        return new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = Path.GetTempPath(), RedirectStandardOutput = true, RedirectStandardError = true };
    }

    /// <summary>Hands a folder to the user that the programs run as.</summary>
    public static async Task OwnAsync(string folder)
    {
        if (IsRoot)
        {
            using var process = Process.Start("chown", [User, folder]);
            await process.WaitForExitAsync();
        }
    }

    // setpriv replaces itself with the program, so the process that is started is the server itself.
    private static string[] AsUser() => File.Exists("/usr/bin/setpriv")
        ? ["/usr/bin/setpriv", $"--reuid={User}", "--clear-groups", "--"]
        : ["runuser", "-u", User, "--"];
}
