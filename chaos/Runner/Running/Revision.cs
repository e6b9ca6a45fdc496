using System.Diagnostics;

namespace Aurora.Chaos.Runner.Running;

/// <summary>The commit of the product under test.</summary>
internal static class Revision
{
    /// <summary>Empty where git does not know.</summary>
    public static string Find(string root)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["-C", root, "describe", "--always", "--dirty", "--abbrev=12"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var revision = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 ? revision : "";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "";
        }
    }
}
