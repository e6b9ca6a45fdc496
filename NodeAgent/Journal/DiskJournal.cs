using System.Globalization;
using System.Text.Json;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.NodeAgent.Agent;
using Microsoft.Extensions.Logging;

namespace Aurora.NodeAgent.Journal;

/// <summary>A node's journal in its <see cref="NodeDirectory"/>, for one process at a time.</summary>
internal sealed partial class DiskJournal : IAttemptJournal
{
    private readonly NodeDirectory directory;
    private readonly JournalDisk disk;
    private readonly ILogger<DiskJournal> logger;
    private readonly FileStream held;
    private readonly AttemptLog log;
    private long renewals = Environment.TickCount64;
    private bool isLeaseLost;

    /// <exception cref="AgentSettingException">Another process stands for the node, or the directory cannot be used.</exception>
    public DiskJournal(NodeDirectory directory, string nodeId, JournalDisk disk, ILogger<DiskJournal> logger)
    {
        this.directory = directory;
        this.disk = disk;
        this.logger = logger;
        held = Lock(directory, nodeId);
        try
        {
            log = new AttemptLog(directory.AttemptLog, disk);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            held.Dispose();
            throw new AgentSettingException($"{directory.AttemptLog} cannot be used (AURORA_DATA_DIR): {e.Message}");
        }
    }

    public JournalContent Recover()
    {
        if (log.BrokenLines > 0)
        {
            LogBrokenLines(log.BrokenLines, directory.AttemptLog);
        }

        var results = ReadResults();
        var ended = results.Select(result => IdOf(result.Report)).ToHashSet();
        return new JournalContent([.. log.Open.Where(attempt => !ended.Contains(attempt.Id))], results, log.Closed);
    }

    public Task AcceptAsync(IReadOnlyList<JournaledAttempt> attempts) => log.AddAsync(attempts.Select(AttemptLogLine.Accepted));

    public async Task KeepAsync(KeptResult result)
    {
        await Task.Yield();
        disk.Replace(FileOf(IdOf(result.Report)), JsonSerializer.SerializeToUtf8Bytes(result, JournalJsonContext.Default.KeptResult));
    }

    public void Forget(IReadOnlyList<AttemptId> attempts)
    {
        foreach (var attempt in attempts)
        {
            try
            {
                File.Delete(FileOf(attempt));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It is sent once more by the next process, and refused as stale.
                LogNotDeleted(FileOf(attempt), e.Message);
            }
        }

        _ = log.AddAsync(attempts.Select(AttemptLogLine.Closed));
    }

    public void RenewLease()
    {
        try
        {
            // Not durable: after a power cut there is no supervisor left to read it.
            File.WriteAllText(directory.LeaseFile, (++renewals).ToString(CultureInfo.InvariantCulture));
            isLeaseLost = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is written with each heartbeat: one line when it begins to fail says it.
            if (!isLeaseLost)
            {
                LogLeaseNotRenewed(directory.LeaseFile, e.Message);
            }

            isLeaseLost = true;
        }
    }

    public void Dispose()
    {
        log.Dispose();
        held.Dispose();
    }

    private static FileStream Lock(NodeDirectory directory, string nodeId)
    {
        try
        {
            JournalDisk.CreatePrivateDirectory(directory.Path);
            JournalDisk.CreatePrivateDirectory(directory.Results);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentSettingException($"{directory.Path} cannot be made (AURORA_DATA_DIR): {e.Message}");
        }

        try
        {
            return new FileStream(directory.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentSettingException(
                $"Another agent on this machine runs as {nodeId} and holds {directory.LockFile}; stop it, or give this one another NODE_NAME or AURORA_DATA_DIR.");
        }
    }

    private static AttemptId IdOf(AttemptReport report) => new(report.TaskId, report.Attempt);

    private string FileOf(AttemptId attempt) => Path.Combine(directory.Results, PlainFileName.Of(attempt) + ".json");

    private List<KeptResult> ReadResults()
    {
        var results = new List<KeptResult>();
        foreach (var file in new DirectoryInfo(directory.Results).EnumerateFiles().OrderBy(file => file.LastWriteTimeUtc).ToList())
        {
            try
            {
                if (file.Extension == ".json"
                    && JsonSerializer.Deserialize(File.ReadAllBytes(file.FullName), JournalJsonContext.Default.KeptResult) is { Report.TaskId: not null } result)
                {
                    results.Add(result);
                    continue;
                }

                SetAside(file, "it is no finished result");
            }
            catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
            {
                SetAside(file, e.Message);
            }
        }

        return results;
    }

    private void SetAside(FileInfo file, string reason)
    {
        try
        {
            JournalDisk.CreatePrivateDirectory(directory.SetAside);
            file.MoveTo(Path.Combine(directory.SetAside, file.Name), overwrite: true);
            LogSetAside(file.Name, directory.SetAside, reason);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotDeleted(file.FullName, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Lines} lines of {Path} cannot be read and are left out")]
    private partial void LogBrokenLines(int lines, string path);

    [LoggerMessage(LogLevel.Error, "{File} was moved to {Directory}: {Reason}")]
    private partial void LogSetAside(string file, string directory, string reason);

    [LoggerMessage(LogLevel.Warning, "{Path} cannot be removed: {Reason}")]
    private partial void LogNotDeleted(string path, string reason);

    [LoggerMessage(LogLevel.Warning, "{Path} cannot be written, so supervisors do not see that the mesh answers: {Reason}; make room there, or set AURORA_DATA_DIR to another disk")]
    private partial void LogLeaseNotRenewed(string path, string reason);
}
