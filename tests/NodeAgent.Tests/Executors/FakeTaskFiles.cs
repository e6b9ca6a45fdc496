using System.Collections.Concurrent;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.NodeAgent.Files;

namespace Aurora.NodeAgent.Tests.Executors;

/// <summary>The mesh's store of files, in memory.</summary>
internal sealed class FakeTaskFiles : ITaskFiles
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, byte[]> contents = [];
    private readonly ConcurrentDictionary<string, IReadOnlyList<TaskFile>> sets = [];
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Calls that fail as if the mesh were away, before one works.</summary>
    public int Failures { get; set; }

    public string? Refusal { get; set; }

    public int Uploads { get; private set; }

    public bool IsAvailable => true;

    /// <summary>A set as text by name.</summary>
    public IReadOnlyDictionary<string, string>? TextsOf(string set) => sets.TryGetValue(set, out var files)
        ? files.ToDictionary(file => file.Name, file => System.Text.Encoding.UTF8.GetString(contents[file.Sha256]))
        : null;

    /// <summary>Returns when a set is as wanted.</summary>
    public async Task SeeAsync(string set, Predicate<IReadOnlyDictionary<string, string>> isWanted)
    {
        while (true)
        {
            var signal = changed.Task;
            if (TextsOf(set) is { } files && isWanted(files))
            {
                return;
            }

            await signal.WaitAsync(Patience);
        }
    }

    public Task<IReadOnlyList<TaskFile>?> FindCheckpointAsync(string taskId, CancellationToken cancellationToken)
    {
        FailIfAway();
        return Task.FromResult(sets.GetValueOrDefault(TaskFileSets.Checkpoint));
    }

    public Task DownloadAsync(string taskId, TaskFile file, string path, CancellationToken cancellationToken) =>
        File.WriteAllBytesAsync(path, contents[file.Sha256], cancellationToken);

    public Task<bool> HasAsync(string taskId, string sha256, CancellationToken cancellationToken) => Task.FromResult(contents.ContainsKey(sha256));

    public async Task UploadAsync(AttemptId attempt, string sha256, string path, CancellationToken cancellationToken)
    {
        FailIfAway();
        contents[sha256] = await File.ReadAllBytesAsync(path, cancellationToken);
        Uploads++;
    }

    public Task ReplaceAsync(AttemptId attempt, string set, IReadOnlyList<TaskFile> files, CancellationToken cancellationToken)
    {
        sets[set] = files;
        var before = changed;
        changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        before.SetResult();
        return Task.CompletedTask;
    }

    /// <summary>Puts a checkpoint of an earlier attempt there.</summary>
    public void Give(string name, string text)
    {
        var sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
        contents[sha256] = System.Text.Encoding.UTF8.GetBytes(text);
        sets[TaskFileSets.Checkpoint] = [new TaskFile(name, text.Length, sha256)];
    }

    private void FailIfAway()
    {
        if (Refusal is not null)
        {
            throw new TaskFilesRefusedException(Refusal);
        }

        if (Failures > 0)
        {
            Failures--;
            throw new HttpRequestException("The mesh is away.");
        }
    }
}
