using System.Diagnostics;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Client.Tests.Packages;

/// <summary>Runs the SDK to its end, and leaves no server of it behind.</summary>
internal static class DotnetCommand
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(6);

    /// <returns>What it wrote.</returns>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [.. arguments, "-nodeReuse:false", "-p:UseSharedCompilation=false", "-nologo"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            await Eventually.GetAsync($"dotnet {arguments[0]} ends", Task.WhenAll(output, errors), deadline: Deadline);
            await process.WaitForExitAsync();
            var text = await output + await errors;
            Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{text}");
            return text;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
