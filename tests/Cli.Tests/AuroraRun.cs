using System.Diagnostics;
using System.Reflection;
using System.Text.Json.Nodes;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Cli.Tests;

/// <summary>One run of the built program <c>aurora</c>.</summary>
internal sealed record AuroraRun(int ExitCode, string Out, string Error)
{
    private static readonly string Program = Path.Combine(
        Product.Root, "Cli", typeof(AuroraRun).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "ProductOutput").Value!, "aurora.dll");

    public JsonNode Json => JsonNode.Parse(Out)!;

    public static Task<AuroraRun> RunAsync(params string[] arguments) => RunAsync(new Dictionary<string, string>(), "", arguments);

    public static async Task<AuroraRun> RunAsync(IReadOnlyDictionary<string, string> variables, string input, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in new[] { "AURORA_SERVER", "AURORA_API_KEY", "AURORA_JOIN_TOKEN", "MESH_COORDINATOR_URL", "AURORA_GPUS", "GPU_ENABLED" })
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            await Eventually.GetAsync($"aurora {string.Join(' ', arguments)} ends", EndAsync(process));
            return new AuroraRun(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    /// <summary>Fails, showing everything, unless it ended so.</summary>
    public AuroraRun Expect(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"exit code {ExitCode}, expected {exitCode}\n{Out}\n{Error}");
        return this;
    }

    private static async Task<bool> EndAsync(Process process)
    {
        await process.WaitForExitAsync();
        return true;
    }
}
