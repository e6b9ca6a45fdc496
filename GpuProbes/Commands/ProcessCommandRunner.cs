using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Aurora.GpuProbes.Commands;

/// <summary>Runs tools as child processes, with a limit on their time and on what they print.</summary>
/// <param name="searchPath">Folders to find tools in, as in PATH; null takes the process's PATH.</param>
internal sealed class ProcessCommandRunner(string? searchPath, TimeSpan timeout) : ICommandRunner
{
    private const int LongestOutput = 4 << 20;
    private const int LongestComplaint = 200;

    public async Task<CommandResult> RunAsync(string tool, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        if (Find(tool) is not { } path)
        {
            return CommandResult.Failed($"{tool} is not installed");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        using var process = new Process { StartInfo = Describe(path, arguments) };
        try
        {
            process.Start();
            process.StandardInput.Close();
            var output = ReadAsync(process.StandardOutput, limit.Token);
            var complaint = ReadAsync(process.StandardError, limit.Token);
            await Task.WhenAll(output, complaint, process.WaitForExitAsync(limit.Token));
            return process.ExitCode == 0
                ? CommandResult.Succeeded(await output)
                : CommandResult.Failed($"{tool} ended with {process.ExitCode}: {FirstLine(await complaint, await output)}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return CommandResult.Failed($"{tool} did not answer within {timeout.TotalSeconds:0.#} s");
        }
        catch (Exception exception) when (exception is Win32Exception or IOException or InvalidOperationException)
        {
            return CommandResult.Failed($"{tool} cannot be run: {exception.Message}");
        }
        finally
        {
            Stop(process);
        }
    }

    private static ProcessStartInfo Describe(string path, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(path)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // Some tools print a decimal comma in other locales.
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    private string? Find(string tool)
    {
        var folders = (searchPath ?? Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var file = OperatingSystem.IsWindows() ? tool + ".exe" : tool;
        return folders.Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
    }

    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        int read;
        while ((read = await reader.ReadAsync(buffer, cancellationToken)) > 0)
        {
            // Reading goes on past the limit, so that the tool can end instead of blocking on a full pipe.
            text.Append(buffer, 0, Math.Min(read, LongestOutput - text.Length));
        }

        return text.ToString();
    }

    private static string FirstLine(string complaint, string output)
    {
        var line = (complaint + "\n" + output).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() ?? "no message";
        return line.Length > LongestComplaint ? line[..LongestComplaint] : line;
    }

    private static void Stop(Process process)
    {
        try
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It never started, or ended by itself in between: either way nothing is left to stop.
        }
    }
}
