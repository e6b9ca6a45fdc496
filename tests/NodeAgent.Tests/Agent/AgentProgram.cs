using System.Diagnostics;
using System.Text;

namespace Aurora.NodeAgent.Tests.Agent;

/// <summary>The built agent as a process of its own, that can be killed and started again over the same data directory.</summary>
internal sealed class AgentProgram(string dataDirectory, Uri mesh, params (string Name, string Value)[] variables) : IDisposable
{
    private readonly StringBuilder output = new();
    private Process? process;

    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    public void Start()
    {
        var assembly = Path.Combine(AppContext.BaseDirectory, "Aurora.NodeAgent.dll");
        var start = new ProcessStartInfo("dotnet", [assembly]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in new[]
        {
            ("AURORA_DATA_DIR", dataDirectory), ("MESH_COORDINATOR_URL", mesh.ToString()), ("NODE_NAME", "n"), ("AURORA_TRANSPORT", "websocket"),
            ("AURORA_GPUS", "[]"), ("AURORA_BACKENDS", "off"), ("AURORA_ALLOW_SCRIPTS", "any"), ("AURORA_SCRIPT_RUNNER", "process"),
        }.Concat(variables))
        {
            start.Environment[name] = value;
        }

        process?.Dispose();
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>SIGKILL: the agent gets no chance to say anything. What it started lives on.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }

    public async Task<int> WaitForExitAsync()
    {
        await process!.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (process is { HasExited: false })
        {
            process.Kill();
            process.WaitForExit();
        }

        process?.Dispose();
    }

    private void Keep(string? line)
    {
        lock (output)
        {
            output.AppendLine(line);
        }
    }
}
