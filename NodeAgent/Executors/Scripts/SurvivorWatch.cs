using System.Text.Json;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.NodeAgent.Executors.Scripts.Supervision;
using Microsoft.Extensions.Logging;

namespace Aurora.NodeAgent.Executors.Scripts;

/// <summary>
/// Processes that SIGKILL did not end: they hang in the kernel, most often in a GPU's driver, and keep their GPU memory for as long. While
/// there is one the node takes no work, also when its agent is started again. Thread-safe.
/// </summary>
internal sealed partial class SurvivorWatch
{
    private readonly Lock gate = new();
    private readonly SurvivorFile file;
    private readonly ILogger logger;
    private readonly List<Survivor> survivors = [];

    /// <summary>Begins with what an earlier agent found and is still there.</summary>
    /// <param name="path">Where the node keeps it.</param>
    /// <param name="logger">Where it is told.</param>
    public SurvivorWatch(string path, ILogger logger)
    {
        (file, this.logger) = (new SurvivorFile(path), logger);
        try
        {
            Take(file.Read());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            LogUnread(path, e.Message);
        }
    }

    public void Add(AttemptId attempt, IReadOnlyList<ProcessIdentity> processes)
    {
        lock (gate)
        {
            if (Take([.. processes.Select(process => new Survivor(attempt, process))]))
            {
                Keep();
            }
        }
    }

    /// <summary>What is still there, in one line; null for nothing.</summary>
    public string? Describe()
    {
        lock (gate)
        {
            var gone = survivors.Where(survivor => !survivor.Process.IsRunning()).ToList();
            foreach (var survivor in gone)
            {
                survivors.Remove(survivor);
                LogGone(survivor.Attempt.TaskId, survivor.Attempt.Attempt, survivor.Process.Id);
            }

            if (gone.Count > 0)
            {
                Keep();
            }

            return survivors switch
            {
                [] => null,
                [var (attempt, process), .. var others] =>
                    $"process {process.Id} of {attempt.TaskId} (attempt {attempt.Attempt}){(others.Count > 0 ? $" and {others.Count} more" : "")} cannot be killed",
            };
        }
    }

    private bool Take(IReadOnlyList<Survivor> found)
    {
        var isNew = false;
        foreach (var survivor in found.Where(survivor => survivor.Process.IsRunning() && !survivors.Contains(survivor)))
        {
            survivors.Add(survivor);
            isNew = true;
            LogSurvives(survivor.Attempt.TaskId, survivor.Attempt.Attempt, survivor.Process.Id);
        }

        return isNew;
    }

    private void Keep()
    {
        try
        {
            file.Write(survivors);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // This agent knows all the same.
            LogUnkept(e.Message);
        }
    }

    [LoggerMessage(LogLevel.Error, "Process {Process} of task {TaskId} attempt {Attempt} cannot be killed; this node takes no work until it is gone")]
    private partial void LogSurvives(string taskId, int attempt, int process);

    [LoggerMessage(LogLevel.Information, "Process {Process} of task {TaskId} attempt {Attempt}, which could not be killed, is gone")]
    private partial void LogGone(string taskId, int attempt, int process);

    [LoggerMessage(LogLevel.Warning, "{Path} cannot be read, so processes that an earlier agent could not kill are not known: {Reason}")]
    private partial void LogUnread(string path, string reason);

    [LoggerMessage(LogLevel.Warning, "The processes that cannot be killed cannot be noted, so an agent that is started again does not know of them: {Reason}")]
    private partial void LogUnkept(string reason);
}
