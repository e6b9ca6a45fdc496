using Aurora.Grains.Interfaces.Nodes;
using Aurora.NodeAgent.Executors.Scripts.Supervision;
using Microsoft.Extensions.Logging;

namespace Aurora.NodeAgent.Executors.Scripts;

/// <summary>
/// Processes that SIGKILL did not end: they hang in the kernel, most often in a GPU's driver, and keep their GPU memory for as long. While
/// there is one the node takes no work. Of this process of the agent only: a new one starts without. Thread-safe.
/// </summary>
internal sealed partial class SurvivorWatch(ILogger logger)
{
    private readonly Lock gate = new();
    private readonly List<(AttemptId Attempt, ProcessIdentity Process)> survivors = [];

    public void Add(AttemptId attempt, IReadOnlyList<ProcessIdentity> processes)
    {
        foreach (var process in processes.Where(process => process.IsRunning()))
        {
            lock (gate)
            {
                survivors.Add((attempt, process));
            }

            LogSurvives(attempt.TaskId, attempt.Attempt, process.Id);
        }
    }

    /// <summary>What is still there, in one line; null for nothing.</summary>
    public string? Describe()
    {
        lock (gate)
        {
            foreach (var (attempt, process) in survivors.Where(survivor => !survivor.Process.IsRunning()).ToList())
            {
                survivors.Remove((attempt, process));
                LogGone(attempt.TaskId, attempt.Attempt, process.Id);
            }

            return survivors switch
            {
                [] => null,
                [var (attempt, process), .. var others] =>
                    $"process {process.Id} of {attempt.TaskId} (attempt {attempt.Attempt}){(others.Count > 0 ? $" and {others.Count} more" : "")} cannot be killed",
            };
        }
    }

    [LoggerMessage(LogLevel.Error, "Process {Process} of task {TaskId} attempt {Attempt} cannot be killed; this node takes no work until it is gone")]
    private partial void LogSurvives(string taskId, int attempt, int process);

    [LoggerMessage(LogLevel.Information, "Process {Process} of task {TaskId} attempt {Attempt}, which could not be killed, is gone")]
    private partial void LogGone(string taskId, int attempt, int process);
}
