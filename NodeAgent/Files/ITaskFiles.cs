using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.NodeAgent.Files;

/// <summary>The mesh's store of what tasks leave in files. A call that cannot reach it throws <see cref="HttpRequestException"/>.</summary>
internal interface ITaskFiles
{
    /// <summary>Whether there is a store at all; a node without one keeps nothing beyond itself.</summary>
    bool IsAvailable { get; }

    /// <summary>The files that an earlier attempt left to go on from; null for none.</summary>
    Task<IReadOnlyList<TaskFile>?> FindCheckpointAsync(string taskId, CancellationToken cancellationToken);

    /// <summary>Writes a content to a file.</summary>
    Task DownloadAsync(string taskId, TaskFile file, string path, CancellationToken cancellationToken);

    Task<bool> HasAsync(string taskId, string sha256, CancellationToken cancellationToken);

    /// <exception cref="TaskFilesRefusedException">The mesh does not take it.</exception>
    Task UploadAsync(AttemptId attempt, string sha256, string path, CancellationToken cancellationToken);

    /// <summary>Replaces a set of the task's files, whose contents are all there.</summary>
    /// <exception cref="TaskFilesRefusedException">The mesh does not take it.</exception>
    Task ReplaceAsync(AttemptId attempt, string set, IReadOnlyList<TaskFile> files, CancellationToken cancellationToken);
}

/// <param name="Name">Relative, with <c>/</c> between its parts.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Sha256">In lower case.</param>
internal sealed record TaskFile(string Name, long Size, string Sha256);

/// <summary>The mesh refused what a node wants to keep there, and would refuse it again.</summary>
internal sealed class TaskFilesRefusedException(string message) : Exception(message);

/// <summary>The names of the sets.</summary>
internal static class TaskFileSets
{
    public const string Checkpoint = "checkpoint";
    public const string Artifacts = "artifacts";
    public const string Log = "log";
}

/// <summary>No store.</summary>
internal sealed class NoTaskFiles : ITaskFiles
{
    public static NoTaskFiles Instance { get; } = new();

    public bool IsAvailable => false;

    public Task<IReadOnlyList<TaskFile>?> FindCheckpointAsync(string taskId, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<TaskFile>?>(null);

    public Task DownloadAsync(string taskId, TaskFile file, string path, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> HasAsync(string taskId, string sha256, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task UploadAsync(AttemptId attempt, string sha256, string path, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ReplaceAsync(AttemptId attempt, string set, IReadOnlyList<TaskFile> files, CancellationToken cancellationToken) => throw new NotSupportedException();
}
