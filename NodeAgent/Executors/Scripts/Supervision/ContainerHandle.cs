using System.ComponentModel;
using System.Diagnostics;

namespace Aurora.NodeAgent.Executors.Scripts.Supervision;

/// <summary>A container by its name: its processes are the engine's children, so the engine has to signal and end them.</summary>
/// <param name="Engine">The path of docker or podman.</param>
internal sealed record ContainerHandle(string Engine, string Name)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // Podman would ask the container to end and wait for ten seconds; the script has been asked already.
    private string[] Removal => Path.GetFileName(Engine).Contains("podman", StringComparison.OrdinalIgnoreCase) ? ["rm", "--force", "--time", "0"] : ["rm", "--force"];

    /// <summary>Sends SIGTERM to what the container was started for.</summary>
    public Task AskAsync(IReadOnlyDictionary<string, string> environment) => RunAsync(["kill", "--signal", "TERM", Name], environment);

    /// <summary>Kills all of it and removes it. One that is gone already is no matter.</summary>
    public Task RemoveAsync(IReadOnlyDictionary<string, string> environment) => RunAsync([.. Removal, Name], environment);

    private async Task RunAsync(string[] arguments, IReadOnlyDictionary<string, string> environment)
    {
        using var process = new Process { StartInfo = Describe(arguments, environment) };
        try
        {
            process.Start();
            process.StandardInput.Close();
            var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await Task.WhenAll(said, process.WaitForExitAsync()).WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException)
        {
            // Without its engine a container cannot be reached at all; its client ends with the session.
        }
    }

    private ProcessStartInfo Describe(string[] arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(Engine, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
