using Aurora.Grains.Interfaces.Nodes;
using Aurora.NodeAgent.Executors.Scripts.Supervision;
using Aurora.NodeAgent.Files;
using Microsoft.Extensions.Logging;

namespace Aurora.NodeAgent.Executors.Scripts;

/// <summary>
/// What of a script's files outlives it: its checkpoint, so that another node can go on from it, what it made, and its log. All
/// of it is kept by the mesh, and a mesh that is away for a while gets it later.
/// </summary>
internal sealed partial class ScriptFiles(
    ITaskFiles files, AttemptId attempt, WorkDirectory work, RunDirectory run, ScriptOptions options, TimeProvider time, ILogger logger)
{
    // The mesh has given a stopped attempt's place away, or is about to.
    private static readonly TimeSpan StoppedPatience = TimeSpan.FromSeconds(8);

    // A log is worth less than an early end.
    private static readonly TimeSpan LogPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly FileSetUpload upload = new(files, attempt);
    private DirectorySnapshot? kept;

    /// <summary>A member of a gang beside rank 0 begins from the task's checkpoint, and leaves nothing.</summary>
    public bool KeepsNothing { get; init; }

    private bool Keeps => files.IsAvailable && !KeepsNothing;

    /// <summary>Puts the checkpoint of an earlier attempt where the script looks for it. Null, or why it cannot be had.</summary>
    public async Task<string?> RestoreAsync(CancellationToken cancellationToken)
    {
        if (!files.IsAvailable || attempt.Attempt <= 1)
        {
            return null;
        }

        var failure = await TryAsync(options.UploadPatience, RestoreOnceAsync, cancellationToken);
        kept = DirectorySnapshot.Take(work.Checkpoint, withTemporary: false);
        return failure;
    }

    /// <summary>Keeps the checkpoint as it changes, until the script has ended. A change is taken up once it has come to rest.</summary>
    public async Task KeepCheckpointsAsync(CancellationToken ended)
    {
        DirectorySnapshot? before = null;
        var keptAt = time.GetTimestamp() - (long)(options.CheckpointInterval.TotalSeconds * time.TimestampFrequency);
        while (Keeps && !ended.IsCancellationRequested)
        {
            await Task.Delay(LookInterval, time, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var now = DirectorySnapshot.Take(work.Checkpoint, withTemporary: false);
            if (now.IsSameAs(before) && IsNews(now) && time.GetElapsedTime(keptAt) >= options.CheckpointInterval)
            {
                keptAt = time.GetTimestamp();
                if (await TryOnceAsync(stop => SendCheckpointAsync(now, stop), ended) is { } failure)
                {
                    LogNotKept(attempt.TaskId, attempt.Attempt, failure);
                }
            }

            before = now;
        }
    }

    /// <summary>The script ended well. Null, or why what it made is not in the mesh.</summary>
    public async Task<string?> KeepArtifactsAsync(CancellationToken cancellationToken)
    {
        var made = DirectorySnapshot.Take(work.Output, withTemporary: true);
        var failure = Keeps && made.Files.Count > 0
            ? await TryAsync(options.UploadPatience, stop => upload.SendAsync(TaskFileSets.Artifacts, made, stop), cancellationToken)
            : null;
        if (failure is null && Keeps && kept?.Files.Count > 0)
        {
            // Nobody goes on from here any more.
            await TryOnceAsync(stop => files.ReplaceAsync(attempt, TaskFileSets.Checkpoint, [], stop), cancellationToken);
        }

        return failure;
    }

    /// <summary>The script ended badly: its last state is the next attempt's first.</summary>
    public Task KeepCheckpointAsync(CancellationToken cancellationToken) => KeepCheckpointAsync(options.UploadPatience, cancellationToken);

    /// <summary>What the script wrote, for those who read it later.</summary>
    public Task KeepLogAsync(CancellationToken cancellationToken) => KeepLogAsync(LogPatience, cancellationToken);

    /// <summary>The attempt was stopped, maybe to go on elsewhere.</summary>
    public async Task KeepStoppedAsync()
    {
        await KeepCheckpointAsync(StoppedPatience, CancellationToken.None);
        await KeepLogAsync(StoppedPatience, CancellationToken.None);
    }

    private async Task KeepCheckpointAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var last = DirectorySnapshot.Take(work.Checkpoint, withTemporary: false);
        if (Keeps && IsNews(last) && await TryAsync(patience, stop => SendCheckpointAsync(last, stop), cancellationToken) is { } failure)
        {
            LogNotKept(attempt.TaskId, attempt.Attempt, failure);
        }
    }

    private async Task KeepLogAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var log = DirectorySnapshot.Take(run.Log, withTemporary: false);
        if (Keeps && log.Files.Count > 0
            && await TryAsync(patience, stop => upload.SendAsync(TaskFileSets.Log, log, stop), cancellationToken) is { } failure)
        {
            LogLogNotKept(attempt.TaskId, attempt.Attempt, failure);
        }
    }

    private bool IsNews(DirectorySnapshot now) => !now.IsSameAs(kept) && (now.Files.Count > 0 || kept is not null);

    private async Task SendCheckpointAsync(DirectorySnapshot snapshot, CancellationToken cancellationToken)
    {
        await upload.SendAsync(TaskFileSets.Checkpoint, snapshot, cancellationToken);
        kept = snapshot;
    }

    private async Task RestoreOnceAsync(CancellationToken cancellationToken)
    {
        foreach (var file in await files.FindCheckpointAsync(attempt.TaskId, cancellationToken) ?? [])
        {
            var path = Path.GetFullPath(Path.Combine(work.Checkpoint, file.Name));
            if (!RealPath.IsInside(path, Path.GetFullPath(work.Checkpoint)))
            {
                throw new TaskFilesRefusedException($"{file.Name} is no name inside the checkpoint directory");
            }

            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await files.DownloadAsync(attempt.TaskId, file, path, cancellationToken);
        }
    }

    /// <summary>Tries until it works, is refused, or the patience is over. Null, or why it did not work.</summary>
    private async Task<string?> TryAsync(TimeSpan patience, Func<CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        while (true)
        {
            try
            {
                await act(limit.Token);
                return null;
            }
            catch (TaskFilesRefusedException e)
            {
                return e.Message;
            }
            catch (Exception e) when (IsPassing(e) && time.GetElapsedTime(started) < patience)
            {
                await Task.Delay(RetryPause, time, limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();
            }
            catch (Exception e) when (IsPassing(e))
            {
                return e.Message;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return $"the mesh did not take it within {patience.TotalSeconds:0} s";
            }
        }
    }

    private static async Task<string?> TryOnceAsync(Func<CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        try
        {
            await act(cancellationToken);
            return null;
        }
        catch (Exception e) when (IsPassing(e) || e is TaskFilesRefusedException)
        {
            return e.Message;
        }
        catch (OperationCanceledException)
        {
            // The script has ended, and its last state is kept next.
            return null;
        }
    }

    // A file that cannot be read now, or a mesh that is away: a later try may fare better.
    private static bool IsPassing(Exception exception) => exception is HttpRequestException or IOException or UnauthorizedAccessException;

    [LoggerMessage(LogLevel.Warning, "The checkpoint of task {TaskId} attempt {Attempt} is not kept in the mesh: {Reason}")]
    private partial void LogNotKept(string taskId, int attempt, string reason);

    [LoggerMessage(LogLevel.Warning, "The log of task {TaskId} attempt {Attempt} is not kept in the mesh: {Reason}")]
    private partial void LogLogNotKept(string taskId, int attempt, string reason);
}
