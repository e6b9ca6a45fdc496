using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Aurora.EndToEnd.Tests.Harness;

/// <summary>A process under test: its output kept, its end certain.</summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private const int SigKill = 9;
    private const int SigTerm = 15;
    private const int TailLines = 60;

    private static readonly ConcurrentDictionary<int, Process> Living = new();

    private readonly Process process;
    private readonly List<string> lines = [];

    static ChildProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var pid in Living.Keys)
        {
            _ = SendSignal(pid, SigKill);
        }
    };

    private ChildProcess(Process process) => this.process = process;

    public int Pid => process.Id;

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    /// <summary>Everything it wrote so far, both streams.</summary>
    public string Output
    {
        get
        {
            lock (lines)
            {
                return string.Join('\n', lines);
            }
        }
    }

    public string Tail
    {
        get
        {
            lock (lines)
            {
                return $"Last output of process {process.Id} ({(process.HasExited ? $"exit code {process.ExitCode}" : "running")}):\n"
                    + string.Join('\n', lines.TakeLast(TailLines));
            }
        }
    }

    /// <summary>Starts it. The variables of this test run that configure a mesh are not inherited.</summary>
    public static ChildProcess Start(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var name in start.Environment.Keys.Where(IsOurs).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var child = new ChildProcess(new Process { StartInfo = start });
        child.process.OutputDataReceived += (_, line) => child.Keep(line.Data);
        child.process.ErrorDataReceived += (_, line) => child.Keep(line.Data);
        child.process.Start();
        Living[child.process.Id] = child.process;
        child.process.BeginOutputReadLine();
        child.process.BeginErrorReadLine();
        return child;
    }

    /// <summary>SIGTERM, as Ctrl-C or a service manager does it; waits for the end, which must be a clean one.</summary>
    public async Task TerminateAsync()
    {
        var running = !process.HasExited;
        await SignalAsync(SigTerm, "ends after SIGTERM");
        Assert.True(!running || process.ExitCode == 0, $"process {process.Id} ended with exit code {process.ExitCode} after SIGTERM:\n{Tail}");
    }

    /// <summary>SIGKILL: the process gets no chance to say anything.</summary>
    public Task KillAsync() => SignalAsync(SigKill, "ends after SIGKILL");

    public async Task<int> WaitForExitAsync(string expected, TimeSpan? deadline = null)
    {
        var ended = EndAsync();
        return await Eventually.GetAsync(expected, ended, () => Tail, deadline);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }

        Living.TryRemove(process.Id, out _);
        process.Dispose();
    }

    private async Task SignalAsync(int signal, string expected)
    {
        if (!process.HasExited)
        {
            _ = SendSignal(process.Id, signal);
        }

        await WaitForExitAsync($"process {process.Id} {expected}");
    }

    private async Task<int> EndAsync()
    {
        await process.WaitForExitAsync();
        Living.TryRemove(process.Id, out _);
        return process.ExitCode;
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (lines)
            {
                lines.Add(line);
            }
        }
    }

    private static bool IsOurs(string name) =>
        name.StartsWith("AURORA_", StringComparison.Ordinal)
        || name.StartsWith("ASPNETCORE_", StringComparison.Ordinal)
        || name.StartsWith("DOTNET_URLS", StringComparison.Ordinal)
        || name.StartsWith("ConnectionStrings__", StringComparison.Ordinal)
        || name is "NODE_NAME" or "NODE_ROLE" or "MESH_COORDINATOR_URL" or "GPU_ENABLED";

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}
