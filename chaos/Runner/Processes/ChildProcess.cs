using System.Collections.Concurrent;
using System.Diagnostics;

namespace Aurora.Chaos.Runner.Processes;

/// <summary>A process of the run: its output in a file, its end certain.</summary>
internal sealed class ChildProcess : IDisposable
{
    private static readonly ConcurrentDictionary<int, byte> Living = new();

    private readonly Process process;
    private readonly StreamWriter log;

    static ChildProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var pid in Living.Keys)
        {
            Signal.Send(pid, Signal.Kill);
        }
    };

    private ChildProcess(Process process, string logFile)
    {
        this.process = process;
        log = new StreamWriter(logFile, append: true) { AutoFlush = true };
    }

    public int Pid => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>Starts it. Variables of this process that configure a mesh are not inherited.</summary>
    public static ChildProcess Start(string[] command, IReadOnlyDictionary<string, string> environment, string logFile)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(ConfiguresMesh).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var child = new ChildProcess(new Process { StartInfo = start }, logFile);
        child.process.OutputDataReceived += (_, line) => child.Keep(line.Data);
        child.process.ErrorDataReceived += (_, line) => child.Keep(line.Data);
        child.process.Start();
        Living[child.Pid] = 0;
        child.process.BeginOutputReadLine();
        child.process.BeginErrorReadLine();
        return child;
    }

    public bool Send(int signal) => !process.HasExited && Signal.Send(process.Id, signal);

    /// <summary>False when it has not ended in time.</summary>
    public async Task<bool> EndedWithinAsync(TimeSpan patience)
    {
        using var timeout = new CancellationTokenSource(patience);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
            Living.TryRemove(process.Id, out _);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Ends it at once, as a crash does.</summary>
    public async Task KillAsync()
    {
        Send(Signal.Kill);
        await process.WaitForExitAsync();
        Living.TryRemove(process.Id, out _);
    }

    public void Dispose()
    {
        process.Dispose();
        lock (log)
        {
            log.Dispose();
        }
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (log)
            {
                if (log.BaseStream is not null)
                {
                    log.WriteLine(line);
                }
            }
        }
    }

    private static bool ConfiguresMesh(string name) =>
        name.StartsWith("AURORA_", StringComparison.Ordinal)
        || name.StartsWith("ASPNETCORE_", StringComparison.Ordinal)
        || name.StartsWith("ConnectionStrings__", StringComparison.Ordinal)
        || name is "NODE_NAME" or "NODE_ROLE" or "MESH_COORDINATOR_URL" or "GPU_ENABLED" or "DOTNET_URLS";
}
