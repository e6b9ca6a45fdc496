using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Options;

namespace Aurora.Grains.Hooks;

/// <summary>Runs the operator's programs as child processes. Arguments reach them as they are, never through a shell.</summary>
internal sealed class NodePrograms(IOptions<NodeHookOptions> options) : INodeHooks
{
    private const int ComplaintMax = 200;

    public bool CanWake => options.Value.Wake is not null;

    public bool CanRelease => options.Value.Release is not null;

    public Task<string?> WakeAsync(string nodeId, string address) => RunAsync(options.Value.Wake, [nodeId, address]);

    public Task<string?> ReleaseAsync(string nodeId) => RunAsync(options.Value.Release, [nodeId]);

    private async Task<string?> RunAsync(string? program, string[] arguments)
    {
        if (program is null)
        {
            return "no program is configured";
        }

        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardError = true };
        using var process = new Process { StartInfo = start };
        using var limit = new CancellationTokenSource(options.Value.Patience);
        try
        {
            process.Start();
            process.StandardInput.Close();
            var complaint = ReadAsync(process.StandardError, limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 ? null : $"{program} ended with {process.ExitCode}: {await complaint}";
        }
        catch (OperationCanceledException)
        {
            return $"{program} did not end within {options.Value.Patience.TotalSeconds:0.#} s";
        }
        catch (Exception e) when (e is Win32Exception or IOException or InvalidOperationException)
        {
            return $"{program} cannot be run: {e.Message}";
        }
        finally
        {
            End(process);
        }
    }

    // Reading goes on past what is kept, so that the program does not block on a full pipe.
    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var kept = "";
        var buffer = new char[1024];
        int read;
        while ((read = await reader.ReadAsync(buffer, cancellationToken)) > 0)
        {
            kept += new string(buffer, 0, Math.Min(read, ComplaintMax - kept.Length));
        }

        return kept.ReplaceLineEndings(" ").Trim();
    }

    private static void End(Process process)
    {
        try
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It never started, or ended by itself in between: either way nothing is left to end.
        }
    }
}
